"""Names for clusters of clauses: their most central phrases."""

import collections
import dataclasses
import difflib
import math
from collections.abc import Callable, Sequence

import numpy as np

from lmmrec_tfrs.motivation.induction.candidates import words_of
from lmmrec_tfrs.motivation.induction.content import ContentWords, praise_words
from lmmrec_tfrs.motivation.induction.stems import stem

_MAX_WORDS = 4
_MIN_COUNT = 3
# So many of a cluster's phrases are encoded, the most distinctive ones.
_ENCODED = 40
# What distinctiveness counts beside centrality, and what a fuller phrase and a verb are worth.
_DISTINCTIVENESS = 0.08
_FULLER = 0.05
_VERB = 0.15
# A second phrase joins a name of one word: it is frequent, and says something else.
_OTHER = 0.45
_SAME_SPELLING = 0.75
_FULLER_CENTRALITY = 0.6
# A phrase that begins with a verb names the cluster from this centrality on.
_VERB_CENTRALITY = 0.4
_LINKS = frozenset({"with", "and", "of", "the", "your", "in", "my", "to", "for", "a", "as"})
_POSSESSIVES = frozenset({"my", "your", "the", "a"})


@dataclasses.dataclass(frozen=True)
class Phrase:
    """A phrase of a cluster.

    Attributes:
        text: its commonest form.
        stems: the stems of its words, which its forms share.
        count: the clauses of the cluster that have it.
        distinctiveness: its class-based TF-IDF (Grootendorst, 2022, arXiv:2203.05794).
        centrality: cosine similarity to the centre of the cluster.
    """

    text: str
    stems: tuple[str, ...]
    count: int
    distinctiveness: float
    centrality: float = 0.0

    @property
    def begins_with_verb(self) -> bool:
        """Whether it is a phrase such as "playing with friends"."""
        return len(self.stems) > 1 and self.text.split()[0].endswith("ing")

    @property
    def score(self) -> float:
        """How well it names the cluster."""
        verb = _VERB * self.begins_with_verb
        fuller = _FULLER * (len(self.stems) > 1)
        distinctive = _DISTINCTIVENESS * math.log(1000 * self.distinctiveness)
        return self.centrality + distinctive + fuller + verb


def rank_phrases(
    clauses: Sequence[str],
    labels: np.ndarray,
    centres: np.ndarray,
    content: ContentWords,
    encode: Callable[[list[str]], np.ndarray],
) -> list[list[Phrase]]:
    """Ranks the phrases of each cluster by how well they name it.

    Args:
        clauses: all clauses.
        labels: their clusters, int32 `[num_clauses]`.
        centres: the unit centres of the clusters, float32 `[num_clusters, dimension]`.
        content: knows the words of content.
        encode: gives the unit vectors of phrases, in the space of the centres.

    Returns:
        For each cluster its phrases, the best first.
    """
    ranked = []
    for centre, phrases in zip(
        centres, distinctive_phrases(clauses, labels, len(centres), content), strict=True
    ):
        nearness = encode([p.text for p in phrases]) @ centre if phrases else []
        central = [
            dataclasses.replace(phrase, centrality=float(near))
            for phrase, near in zip(phrases, nearness, strict=True)
        ]
        ranked.append(sorted(central, key=lambda p: (-p.score, p.text)))
    return ranked


def distinctive_phrases(
    clauses: Sequence[str], labels: np.ndarray, num_clusters: int, content: ContentWords
) -> list[list[Phrase]]:
    """The phrases of one to four words that set each cluster off from the others.

    Phrases are counted by their stems; they begin with a word of content or a verb in -ing
    ("playing with friends"), and end with a word of content.

    Returns:
        For each cluster its phrases, the most distinctive first.
    """
    counts: list[collections.Counter[tuple[str, ...]]]
    counts = [collections.Counter() for _ in range(num_clusters)]
    forms: dict[tuple[str, ...], collections.Counter[str]]
    forms = collections.defaultdict(collections.Counter)
    for clause, label in zip(clauses, labels, strict=True):
        found = {_key(words): " ".join(words) for words in _phrases(words_of(clause), content)}
        counts[label].update(found.keys())
        for key, form in found.items():
            forms[key][form] += 1
    total: collections.Counter[tuple[str, ...]] = collections.Counter()
    for of_cluster in counts:
        total.update(of_cluster)
    mean_size = len(clauses) / num_clusters
    result = []
    for of_cluster in counts:
        size = max(1, sum(of_cluster.values()))
        phrases = [
            Phrase(
                _commonest(forms[key]),
                key,
                count,
                count / size * math.log(1 + mean_size / total[key]) * len(key) ** 0.5,
            )
            for key, count in of_cluster.items()
            if count >= _MIN_COUNT
        ]
        phrases.sort(key=lambda p: (-p.distinctiveness, p.text))
        result.append(phrases[:_ENCODED])
    return result


def compose_name(phrases: Sequence[Phrase], taken: set[str]) -> str:
    """A name that is not taken yet: the best phrase, with another where it is a single word.

    Args:
        phrases: of a cluster, the best first; at least one.
        taken: the names of other clusters.
    """
    verbs = [p for p in phrases if p.begins_with_verb and p.centrality >= _VERB_CENTRALITY]
    best = (verbs or phrases)[0]
    others = [
        p.text
        for p in phrases
        if not set(p.stems) & set(best.stems)
        and p.centrality >= _OTHER * best.centrality
        and p.count >= max(_MIN_COUNT, best.count // 8)
        and difflib.SequenceMatcher(None, p.text, best.text).ratio() < _SAME_SPELLING
    ]
    whole = [best.text] if len(best.stems) > 1 else []
    pairs = [f"{best.text} and {other}" for other in others if " and " not in best.text + other]
    fuller = [
        p.text
        for p in phrases
        if len(p.stems) > 1
        and set(p.stems) & set(best.stems)
        and p.centrality >= _FULLER_CENTRALITY * best.centrality
    ]
    for name in [*whole, *pairs, *fuller, *(p.text for p in phrases)]:
        if name not in taken:
            return name
    return f"{best.text} ({len(taken) + 1})"


def _key(words: list[str]) -> tuple[str, ...]:
    return tuple(stem(word) for word in words if word not in _POSSESSIVES)


def _phrases(words: list[str], content: ContentWords) -> list[list[str]]:
    found = []
    for start, first in enumerate(words):
        gerund = first.endswith("ing") and first in content.generic and first not in praise_words()
        for length in range(1, _MAX_WORDS + 1):
            phrase = words[start : start + length]
            if len(phrase) == length and _is_phrase(phrase, gerund, content):
                found.append(phrase)
    return found


def _is_phrase(words: list[str], gerund: bool, content: ContentWords) -> bool:
    opens = content.is_content(words[0]) or (gerund and len(words) > 1)
    inner = words[1:-1]
    return (
        opens
        and content.is_content(words[-1])
        and all(content.is_content(word) or word in _LINKS for word in inner)
    )


def _commonest(forms: collections.Counter[str]) -> str:
    """The commonest form; one that begins with -ing where it is not rare; without my and your."""
    total = sum(forms.values())
    gerunds = [
        (n, form)
        for form, n in forms.items()
        if form.split()[0].endswith("ing") and n * 10 >= total
    ]
    best = max(gerunds or [(n, form) for form, n in forms.items()])[1]
    return " ".join(word for word in best.split() if word not in _POSSESSIVES)
