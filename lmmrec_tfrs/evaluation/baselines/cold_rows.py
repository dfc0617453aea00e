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

    Args:
        warm_scores: float32 `[B, num_warm]`, of the items with training interactions.
        warm: int64 `[num_warm]`, the positions of these items.
        history: int64 `[B]`, the training interactions of each user.
        popularity: float32 `[B, num_items]`, what a user without any gets.

    Returns:
        float32 `[B, num_items]`.

    >>> complete_scores(np.array([[2.0]]), np.array([1]), np.array([3]), np.zeros((1, 2)))
    array([[1., 2.]], dtype=float32)
    """
    lowest = warm_scores.min(axis=1, keepdims=True)
    scores = np.repeat(lowest - 1.0, popularity.shape[1], axis=1)
    scores[:, warm] = warm_scores
    return np.where(history[:, np.newaxis] > 0, scores, popularity).astype(np.float32)
