"""What baselines that know only interactions do where there are none."""

import numpy as np
from numpy.typing import NDArray


def complete_scores(
    warm_scores: NDArray[np.float32],
    warm: NDArray[np.int64],
    history: NDArray[np.int64],
    popularity: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Scores of all items: cold ones below all others, and popularity where no history is.

    Of items that the user's history says nothing of, whose scores are exactly zero, the more
    popular ones come first: the order of the catalogue would count against a baseline.

    Args:
        warm_scores: float32 `[B, num_warm]`, of the items with training interactions.
        warm: int64 `[num_warm]`, the positions of these items.
        history: int64 `[B]`, the training interactions of each user.
        popularity: float32 `[B, num_items]`, what a user without any gets.

    Returns:
        float32 `[B, num_items]`.

    >>> complete_scores(np.array([[2.0]]), np.array([1]), np.array([3]), np.zeros((1, 2)))
    array([[1., 2.]], dtype=float32)
    >>> scores = np.array([[0.0, 0.0, -1.0]])
    >>> complete_scores(scores, np.arange(3), np.array([3]), np.array([[1.0, 3.0, 9.0]]))[0] > 0.1
    array([False,  True, False])
    """
    warm_scores = _by_popularity(warm_scores, popularity[:, warm])
    lowest = warm_scores.min(axis=1, keepdims=True)
    scores = np.repeat(lowest - 1.0, popularity.shape[1], axis=1)
    scores[:, warm] = warm_scores
    return np.where(history[:, np.newaxis] > 0, scores, popularity).astype(np.float32)


def _by_popularity(
    scores: NDArray[np.float32], popularity: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Scores with those of zero spread out, above all that are below it and below all above."""
    zero = scores == 0.0
    least = np.where(zero, np.inf, np.abs(scores)).min(axis=1, keepdims=True)
    least = np.where(np.isfinite(least), least, 1.0)
    share = popularity / max(float(popularity.max(initial=0.0)), 1.0)
    return np.where(zero, 0.5 * least * share, scores)
