"""EASE, a linear autoencoder in closed form."""

import numpy as np
import scipy.linalg
import scipy.sparse
from numpy.typing import NDArray

from lmmrec_tfrs.evaluation.baselines.cold_rows import complete_scores
from lmmrec_tfrs.evaluation.baselines.most_popular import MostPopular
from lmmrec_tfrs.evaluation.interactions import row_counts


class Ease:
    """EASE (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019).

    B minimises ‖X − X B‖² + l2 ‖B‖² with a zero diagonal. With P = (XᵀX + l2 I)⁻¹ it is
    B_ij = −P_ij / P_jj off the diagonal; the scores are X B. Items without interactions have
    no part in it, so only the others' matrix is inverted.

    Args:
        train: boolean `[num_users, num_items]`.
        l2: the weight of the penalty.
        maximum_items: the most items with interactions that are accepted.

    Raises:
        ValueError: more items than that have interactions.
    """

    name = "ease"

    def __init__(self, train: scipy.sparse.csr_matrix, l2: float, maximum_items: int = 20_000):
        counts = row_counts(train.T)
        self._warm = np.flatnonzero(counts)
        if len(self._warm) > maximum_items:
            raise ValueError(
                f"expected at most {maximum_items} items with training interactions for EASE, "
                f"which inverts a matrix of that size, received {len(self._warm)}: leave 'ease' "
                "out of EvaluationConfig.baselines, or raise ease_maximum_items if the memory "
                f"holds {4 * len(self._warm) ** 2 / 2**30:.1f} GiB a few times."
            )
        self._fallback = MostPopular(train)
        self._num_items = train.shape[1]
        self._train = train[:, self._warm].astype(np.float32)
        gram = (self._train.T @ self._train).toarray().astype(np.float32)
        gram[np.diag_indices_from(gram)] += l2
        inverse = scipy.linalg.inv(gram, overwrite_a=True, check_finite=False)
        self.item_weights: NDArray[np.float32] = -inverse / np.diag(inverse)
        np.fill_diagonal(self.item_weights, 0.0)

    def scores(self, user_positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Float32 `[B, num_items]`."""
        rows = self._train[user_positions]
        warm_scores = np.asarray(rows @ self.item_weights, dtype=np.float32)
        return complete_scores(
            warm_scores, self._warm, row_counts(rows), self._fallback.scores(user_positions)
        )
