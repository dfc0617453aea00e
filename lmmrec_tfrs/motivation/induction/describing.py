"""Descriptions and examples of clusters: their most central clauses, in the writers' words."""

from collections.abc import Sequence, Set

import numpy as np

from lmmrec_tfrs.motivation.induction.candidates import words_of
from lmmrec_tfrs.motivation.induction.reasons import reason_score

# The clauses next to the centre that are looked at, as a multiple of the examples.
_POOL = 12
_GOOD_LENGTH = range(7, 19)
_REASON = 0.15
_LENGTH = 0.15
_ODD = 0.1
# An example that shares more of its words with one before says the same again.
_ALIKE_WORDS = 0.6


def describing_clauses(
    clauses: Sequence[str],
    vectors: np.ndarray,
    centre: np.ndarray,
    count: int,
    rare: Set[str] = frozenset(),
) -> list[str]:
    """The clauses that describe a cluster best, each unlike those before it.

    Args:
        clauses: of the cluster.
        vectors: their unit vectors, float32 `[num_clauses, dimension]`.
        centre: the unit centre, float32 `[dimension]`.
        count: how many.
        rare: words that hardly anybody uses, misspelt ones among them.

    Returns:
        At most `count` clauses, the most describing first: central, reading like a reason, and
        neither curt nor long.
    """
    nearness = vectors @ centre
    pool = np.argsort(-nearness, kind="stable")[: count * _POOL]
    worth = {int(i): float(nearness[i]) + _merit(clauses[i], rare) for i in pool}
    chosen: list[int] = []
    for index in sorted(worth, key=lambda i: (-worth[i], i)):
        if len(chosen) < count and not any(_alike(clauses, index, c) for c in chosen):
            chosen.append(index)
    return [_tidy(clauses[index]) for index in chosen]


def _merit(clause: str, rare: Set[str]) -> float:
    words = words_of(clause)
    odd = sum(word in rare for word in words) + any(c.isdigit() for c in clause)
    odd += not clause[:1].isupper() or clause.isupper()
    good_length = len(words) in _GOOD_LENGTH
    return _REASON * reason_score(clause) + _LENGTH * good_length - _ODD * odd


def _alike(clauses: Sequence[str], first: int, second: int) -> bool:
    a, b = set(words_of(clauses[first])), set(words_of(clauses[second]))
    return len(a & b) > _ALIKE_WORDS * min(len(a), len(b))


def _tidy(clause: str) -> str:
    """The clause without a bullet before and a comma or a dash after it."""
    stripped = clause.strip(" \t-*+,;:\u2013\u2014")
    return stripped if stripped else clause
