"""The recall of an approximate search against the exact one."""

import numpy as np
from numpy.typing import NDArray


def recall_against_exact(
    exact_scores: NDArray[np.floating], found: NDArray[np.integer], k: int
) -> NDArray[np.float64]:
    """The share of the exact top k that an approximate search found, for each query.

    Items are compared by their exact score, not by identity: an item found counts if it scores
    at least what the k-th of the exact list scores. So equally good items (those of a catalogue
    whose cold items all have the same embedding) may stand for each other.

    Args:
        exact_scores: float `[num_queries, num_items]`, the exact score of every item.
        found: int `[num_queries, >= min(k, num_items)]`, positions of the items found, best
            first; a negative one is an empty place.
        k: the length of the list; with fewer items than k, all of them.

    Returns:
        float64 `[num_queries]` in [0, 1].

    >>> scores = np.array([[0.9, 0.1, 0.8, 0.7]])
    >>> recall_against_exact(scores, np.array([[0, 3]]), k=2)
    array([0.5])
    """
    length = min(k, exact_scores.shape[1])
    threshold = -np.partition(-exact_scores, length - 1, axis=1)[:, length - 1 : length]
    # Two ways of computing the same dot product differ in the last bits.
    tolerance = 1e-5 * np.maximum(np.abs(threshold), 1e-3)
    places = found[:, :length]
    scores = np.take_along_axis(exact_scores, np.maximum(places, 0), axis=1)
    good = (places >= 0) & (scores >= threshold - tolerance)
    return np.asarray(good.sum(axis=1) / length, dtype=np.float64)
