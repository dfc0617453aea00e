"""Full ranking of the validation pairs: every candidate, train items masked."""

import numpy as np
from numpy.typing import NDArray

from lmmrec_tfrs.evaluation.metrics import ndcg_at_k, recall_at_k


class RankingValidator:
    """Ranks all items for each user with validation pairs.

    Args:
        train_pairs: int64 `[num_pairs, 2]` of user row and item row; masked.
        validation_pairs: likewise; what should rank high.
        num_users: how many user rows there are.
        num_items: how many item rows there are.
        k: cut of the metrics, lowered to `num_items` where that is less.
        batch_size: users scored at once; bounds the memory.
    """

    def __init__(
        self,
        train_pairs: NDArray[np.int64],
        validation_pairs: NDArray[np.int64],
        num_users: int,
        num_items: int,
        k: int = 20,
        batch_size: int = 1024,
    ):
        self.k = min(k, num_items)
        self.num_items = num_items
        self.users = np.unique(validation_pairs[:, 0])
        position = np.full(num_users, -1, np.int64)
        position[self.users] = np.arange(len(self.users))
        self._train = _by_position(train_pairs, position)
        self._relevant = _by_position(validation_pairs, position)
        self._batch_size = batch_size

    def evaluate(
        self, user_vectors: NDArray[np.float32], item_vectors: NDArray[np.float32]
    ) -> dict[str, float]:
        """The mean metrics of dot-product scores.

        Args:
            user_vectors: float32 `[len(self.users), dimension]`, in the order of `users`.
            item_vectors: float32 `[num_items, dimension]`.

        Returns:
            `ndcg_at_<k>` and `recall_at_<k>`, means over users.
        """
        hits, counts = [], []
        for start in range(0, len(self.users), self._batch_size):
            stop = min(start + self._batch_size, len(self.users))
            scores = user_vectors[start:stop] @ item_vectors.T
            scores[_within(self._train, start, stop)] = -np.inf
            relevant = np.zeros(scores.shape, bool)
            relevant[_within(self._relevant, start, stop)] = True
            hits.append(np.take_along_axis(relevant, top_k(scores, self.k), axis=1))
            counts.append(relevant.sum(axis=1))
        ranked_hits, num_relevant = np.concatenate(hits), np.concatenate(counts)
        return {
            f"ndcg_at_{self.k}": float(ndcg_at_k(ranked_hits, num_relevant, self.k).mean()),
            f"recall_at_{self.k}": float(recall_at_k(ranked_hits, num_relevant, self.k).mean()),
        }


def top_k(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """The columns of the k greatest scores of each row, best first.

    >>> top_k(np.array([[1.0, 3.0, 2.0]], np.float32), 2)
    array([[1, 2]])
    """
    candidates = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(scores, candidates, axis=1), axis=1, kind="stable")
    return np.take_along_axis(candidates, order, axis=1)


def _by_position(
    pairs: NDArray[np.int64], position: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The users' positions, ascending, and the items of the pairs of ranked users."""
    positions = position[pairs[:, 0]]
    ranked = positions >= 0
    order = np.argsort(positions[ranked], kind="stable")
    return positions[ranked][order], pairs[ranked, 1][order]


def _within(
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]], start: int, stop: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Index arrays of the pairs of the users from start to stop."""
    positions, items = pairs
    first, last = np.searchsorted(positions, [start, stop])
    return positions[first:last] - start, items[first:last]
