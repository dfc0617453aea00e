"""What a clause is about: its words without praise, function words and names.

Sentence vectors of reviews are nearest where the sentences are built alike ("I love this game
because ..."). What is left without the frame is nearest where the reasons are alike.
"""

import collections
import dataclasses
import functools
import re
from collections.abc import Sequence
from importlib import resources

import yaml
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from lmmrec_tfrs.motivation.induction.candidates import words_of
from lmmrec_tfrs.motivation.induction.stems import stem


@functools.cache
def praise_words() -> frozenset[str]:
    """English words that praise, buy and advise, or tell a tale, but never say why."""
    file = resources.files("lmmrec_tfrs.motivation.induction").joinpath("praise.yaml")
    words: str = yaml.safe_load(file.read_text(encoding="utf-8"))["words"]
    return frozenset(words.split())


_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b")
# A word that is capitalised this often inside sentences is a name.
_NAME_SHARE = 0.5
_MIN_SEEN = 3


@dataclasses.dataclass(frozen=True)
class ContentWords:
    """Knows which words of a corpus say what a clause is about.

    Attributes:
        generic: words that most of the corpus shares.
        names: words that are names.
        rare: words that hardly anybody uses, misspelt ones among them.
    """

    generic: frozenset[str]
    names: frozenset[str]
    rare: frozenset[str]

    @classmethod
    def fit(cls, clauses: Sequence[str], max_word_share: float) -> "ContentWords":
        """Counts the words of a corpus.

        Args:
            clauses: the corpus.
            max_word_share: a word whose forms are in a larger share of the clauses is generic.
        """
        seen: collections.Counter[str] = collections.Counter()
        capitalised: collections.Counter[str] = collections.Counter()
        for clause in clauses:
            seen.update(set(words_of(clause)))
            capitalised.update({name.lower() for name in _NAME.findall(clause)})
        return cls(
            generic=_generic(seen, max_word_share * len(clauses)),
            names=frozenset(
                w for w, n in capitalised.items() if n >= 2 and n >= _NAME_SHARE * seen[w]
            ),
            rare=frozenset(w for w, n in seen.items() if n < _MIN_SEEN),
        )

    def is_content(self, word: str) -> bool:
        """Whether a word, in lower case, says what a clause is about."""
        return (
            len(word) > 2
            and "'" not in word
            and word not in ENGLISH_STOP_WORDS
            and word not in praise_words()
            and word not in self.generic
            and word not in self.names
            and word not in self.rare
        )

    def reduce(self, clause: str) -> str:
        """The words of a clause that say what it is about; "" for one that only praises.

        >>> ContentWords(frozenset(), frozenset(), frozenset()).reduce("Great fun with friends!")
        'friends'
        """
        return " ".join(word for word in words_of(clause) if self.is_content(word))


def _generic(seen: collections.Counter[str], limit: float) -> frozenset[str]:
    by_stem: collections.Counter[str] = collections.Counter()
    for word, count in seen.items():
        by_stem[stem(word)] += count
    return frozenset(w for w in seen if by_stem[stem(w)] > limit)
