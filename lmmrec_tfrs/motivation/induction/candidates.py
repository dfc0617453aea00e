"""Clauses of a corpus that could say why: cleaned, without repetitions, a sample of them."""

import collections
import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from lmmrec_tfrs.motivation.clauses import split_clauses
from lmmrec_tfrs.motivation.induction.config import InductionConfig
from lmmrec_tfrs.motivation.induction.reasons import reason_score
from lmmrec_tfrs.motivation.induction.titles import TitleMask

# No clause comes from further into a text.
_MAX_CHARACTERS = 4000
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_PLACEHOLDER = re.compile(r"\[[A-Z]{3,7}\]")
_CENSORED = re.compile(r"[\u2665*#]{2,}")
# Sentences of so many words do not repeat by chance: they are pasted.
_PASTED_WORDS = 8
_PASTED_TIMES = 3
_MIN_LETTERS = 0.7
_MIN_DISTINCT = 0.6
_MIN_ENGLISH = 0.15


@dataclasses.dataclass(frozen=True)
class Candidates:
    """Clauses that could say why.

    Attributes:
        clauses: the clauses, each once, as they were written but for masked data and titles.
        item_ids: the item that each is about; "" where it is unknown.
        num_texts: texts that were read.
        num_clauses: clauses in those texts.
        dropped: clauses that were left out, by reason.
    """

    clauses: list[str]
    item_ids: list[str]
    num_texts: int
    num_clauses: int
    dropped: dict[str, int]


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without digits and punctuation.

    >>> words_of("It's GREAT, 10/10!")
    ["it's", 'great']
    """
    return [word.replace("\u2019", "'") for word in _WORD.findall(text.lower())]


def gather_candidates(
    texts: Sequence[str],
    config: InductionConfig,
    item_ids: Sequence[str] | None = None,
    titles: Mapping[str, str] | None = None,
    mask: Callable[[str], str] | None = None,
) -> Candidates:
    """Splits texts into clauses and keeps those that could say why.

    Args:
        texts: the corpus.
        config: how many texts and clauses, of what length.
        item_ids: the item that each text is about.
        titles: the items' titles; what a clause calls its item becomes "it".
        mask: replaces personal data, before all else.
    """
    random = np.random.default_rng(config.seed)
    chosen = _sample(len(texts), config.max_texts, random)
    title_mask = TitleMask(titles or {})
    found: dict[str, tuple[str, str]] = {}
    times: collections.Counter[str] = collections.Counter()
    dropped: collections.Counter[str] = collections.Counter()
    num_clauses = 0
    for index in chosen:
        item_id = item_ids[index] if item_ids is not None else ""
        text = texts[index][:_MAX_CHARACTERS]
        text = mask(text) if mask is not None else text
        for start, end in split_clauses(text):
            num_clauses += 1
            clause = title_mask.mask(" ".join(text[start:end].split()), item_id)
            words = words_of(clause)
            if reason := _unfit(clause, words, config):
                dropped[reason] += 1
                continue
            key = " ".join(words)
            times[key] += 1
            if key in found:
                dropped["repeated"] += 1
            else:
                found[key] = (clause, item_id)
    pasted = {
        k for k, n in times.items() if n >= _PASTED_TIMES and k.count(" ") >= _PASTED_WORDS - 1
    }
    dropped["pasted"] = len(pasted)
    kept = [value for key, value in found.items() if key not in pasted]
    sampled = _sample(len(kept), config.max_clauses, random)
    dropped["not sampled"] = len(kept) - len(sampled)
    return Candidates(
        clauses=[kept[i][0] for i in sampled],
        item_ids=[kept[i][1] for i in sampled],
        num_texts=len(chosen),
        num_clauses=num_clauses,
        dropped={reason: n for reason, n in sorted(dropped.items()) if n},
    )


def _sample(size: int, limit: int, random: np.random.Generator) -> list[int]:
    if size <= limit:
        return list(range(size))
    return sorted(int(i) for i in random.choice(size, limit, replace=False))


def _unfit(clause: str, words: list[str], config: InductionConfig) -> str | None:
    """Why a clause cannot be used; None where it can."""
    letters = sum(character.isalpha() or character.isspace() for character in clause)
    english = sum(word in ENGLISH_STOP_WORDS for word in words)
    checks = {
        "too short": len(words) < config.min_words,
        "too long": len(words) > config.max_words,
        "personal data": _PLACEHOLDER.search(clause) is not None,
        "no language": letters < _MIN_LETTERS * len(clause)
        or len(set(words)) < _MIN_DISTINCT * len(words),
        "no English": english < _MIN_ENGLISH * len(words),
        "censored": _CENSORED.search(clause) is not None,
        "no reason": reason_score(clause) < config.min_reason_score,
    }
    return next((reason for reason, unfit in checks.items() if unfit), None)
