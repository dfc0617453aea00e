"""Ranking metrics with binary relevance, one value a user, vectorised over users.

All take the same three arguments. `ranked_hits[n, r]` says whether what user `n` was shown at
rank `r` (0 is the top) is relevant; `num_relevant[n]` counts all relevant items of the user,
shown or not; `k` cuts the list.
"""

import numpy as np
from numpy.typing import NDArray


def recall_at_k(
    ranked_hits: NDArray[np.bool_], num_relevant: NDArray[np.integer], k: int
) -> NDArray[np.float64]:
    """The share of the relevant items that the first k ranks show.

    The denominator is the number of relevant items, also where it exceeds k.

    Args:
        ranked_hits: bool `[num_users, num_ranks]`, with `num_ranks >= k`.
        num_relevant: int `[num_users]`, each at least 1.
        k: how many ranks count.

    Returns:
        float64 `[num_users]` in [0, 1].

    Raises:
        ValueError: the shapes disagree, k is out of range, or a user has nothing relevant.

    >>> recall_at_k(np.array([[True, False, True]]), np.array([4]), 2)
    array([0.25])
    """
    hits, relevant = _checked(ranked_hits, num_relevant, k)
    return np.asarray(hits.sum(axis=1) / relevant, dtype=np.float64)


def ndcg_at_k(
    ranked_hits: NDArray[np.bool_], num_relevant: NDArray[np.integer], k: int
) -> NDArray[np.float64]:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen, 2002).

    A hit at rank r = 1, 2, ... gains 1 / log2(r + 1); the ideal list has its
    min(num_relevant, k) hits first.

    Args:
        ranked_hits: bool `[num_users, num_ranks]`, with `num_ranks >= k`.
        num_relevant: int `[num_users]`, each at least 1.
        k: how many ranks count.

    Returns:
        float64 `[num_users]` in [0, 1].

    Raises:
        ValueError: the shapes disagree, k is out of range, or a user has nothing relevant.

    >>> ndcg_at_k(np.array([[False, False, True]]), np.array([1]), 3)
    array([0.5])
    """
    hits, relevant = _checked(ranked_hits, num_relevant, k)
    discounts = 1.0 / np.log2(np.arange(2, k + 2, dtype=np.float64))
    ideal = np.cumsum(discounts)[np.minimum(relevant, k) - 1]
    # The sum of a perfect list may exceed the ideal by a rounding error.
    return np.minimum((hits * discounts).sum(axis=1) / ideal, 1.0)


def reciprocal_rank_at_k(
    ranked_hits: NDArray[np.bool_], num_relevant: NDArray[np.integer], k: int
) -> NDArray[np.float64]:
    """1 / the rank of the first hit, 0 where the first k ranks hold none; its mean is MRR.

    Args:
        ranked_hits: bool `[num_users, num_ranks]`, with `num_ranks >= k`.
        num_relevant: int `[num_users]`, each at least 1.
        k: how many ranks count.

    Returns:
        float64 `[num_users]` in [0, 1].

    Raises:
        ValueError: the shapes disagree, k is out of range, or a user has nothing relevant.

    >>> reciprocal_rank_at_k(np.array([[False, True], [False, False]]), np.array([1, 1]), 2)
    array([0.5, 0. ])
    """
    hits, _ = _checked(ranked_hits, num_relevant, k)
    return np.where(hits.any(axis=1), 1.0 / (hits.argmax(axis=1) + 1.0), 0.0)


def hit_rate_at_k(
    ranked_hits: NDArray[np.bool_], num_relevant: NDArray[np.integer], k: int
) -> NDArray[np.float64]:
    """1 where the first k ranks show anything relevant, else 0.

    Args:
        ranked_hits: bool `[num_users, num_ranks]`, with `num_ranks >= k`.
        num_relevant: int `[num_users]`, each at least 1.
        k: how many ranks count.

    Returns:
        float64 `[num_users]`, 0 or 1.

    Raises:
        ValueError: the shapes disagree, k is out of range, or a user has nothing relevant.

    >>> hit_rate_at_k(np.array([[False, True]]), np.array([2]), 1)
    array([0.])
    """
    hits, _ = _checked(ranked_hits, num_relevant, k)
    return np.asarray(hits.any(axis=1), dtype=np.float64)


def catalogue_coverage(top_items: NDArray[np.integer], num_items: int) -> float:
    """The share of the catalogue that is shown to anybody.

    Args:
        top_items: int `[num_users, k]`, item positions; a negative one is an empty place.
        num_items: the size of the catalogue.

    Returns:
        A share in [0, 1].

    Raises:
        ValueError: the catalogue is empty or a position lies outside of it.

    >>> catalogue_coverage(np.array([[0, 1], [0, -1]]), num_items=4)
    0.5
    """
    shown = _shown(top_items, num_items)
    return float(np.unique(shown).size / num_items)


def mean_popularity(top_items: NDArray[np.integer], item_counts: NDArray[np.integer]) -> float:
    """The mean number of train interactions of the items shown.

    Args:
        top_items: int `[num_users, k]`, item positions; a negative one is an empty place.
        item_counts: int `[num_items]`, train interactions of each item.

    Returns:
        A mean count, at least 0.

    Raises:
        ValueError: the catalogue is empty or a position lies outside of it.

    >>> mean_popularity(np.array([[0, 1], [0, -1]]), np.array([5, 2]))
    4.0
    """
    shown = _shown(top_items, len(item_counts))
    return float(np.asarray(item_counts)[shown].mean()) if shown.size else 0.0


def _shown(top_items: NDArray[np.integer], num_items: int) -> NDArray[np.integer]:
    positions = np.asarray(top_items)
    if num_items < 1 or (positions.size and positions.max() >= num_items):
        raise ValueError(
            f"expected item positions below num_items >= 1, received num_items={num_items} and "
            f"the largest position {positions.max() if positions.size else 'none'}."
        )
    return positions[positions >= 0]


def _checked(
    ranked_hits: NDArray[np.bool_], num_relevant: NDArray[np.integer], k: int
) -> tuple[NDArray[np.bool_], NDArray[np.integer]]:
    """The first k ranks and the counts, after checking that they belong together."""
    hits, relevant = np.asarray(ranked_hits, dtype=bool), np.asarray(num_relevant)
    if hits.ndim != 2 or relevant.shape != hits.shape[:1]:
        raise ValueError(
            "expected ranked_hits [num_users, num_ranks] and num_relevant [num_users], received "
            f"shapes {hits.shape} and {relevant.shape}."
        )
    if not 1 <= k <= hits.shape[1]:
        raise ValueError(
            f"expected k from 1 to the {hits.shape[1]} ranks given, received {k}: rank more items."
        )
    if relevant.size and relevant.min() < 1:
        raise ValueError(
            f"expected num_relevant of at least 1, received {relevant.min()}: leave out the users "
            "without relevant items."
        )
    return hits[:, :k], relevant
