"""iALS: matrix factorisation of confidences by alternating least squares."""

import numpy as np
import scipy.sparse
import threadpoolctl
from implicit.als import AlternatingLeastSquares
from numpy.typing import NDArray

from lmmrec_tfrs.evaluation.baselines.cold_rows import complete_scores
from lmmrec_tfrs.evaluation.baselines.most_popular import MostPopular
from lmmrec_tfrs.evaluation.config import EvaluationConfig
from lmmrec_tfrs.evaluation.interactions import row_counts


class ImplicitAls:
    """iALS (Hu, Koren and Volinsky, "Collaborative Filtering for Implicit Feedback Datasets",
    ICDM 2008), by the package `implicit`.

    Args:
        train: boolean `[num_users, num_items]`.
        regularization: the weight of the L2 penalty.
        config: factors, confidence, iterations, threads and seed.
    """

    name = "ials"

    def __init__(
        self, train: scipy.sparse.csr_matrix, regularization: float, config: EvaluationConfig
    ):
        self._warm = np.flatnonzero(row_counts(train.T))
        self._fallback = MostPopular(train)
        self._counts = row_counts(train)
        # implicit runs its own threads; those of BLAS beneath them only get in the way.
        with threadpoolctl.threadpool_limits(1, "blas"):
            model = AlternatingLeastSquares(
                factors=config.ials_factors,
                regularization=regularization,
                alpha=config.ials_alpha,
                iterations=config.ials_iterations,
                num_threads=config.threads,
                random_state=config.seed,
                use_gpu=False,
            )
            model.fit(train[:, self._warm].astype(np.float32).tocsr(), show_progress=False)
        self._user_factors = np.asarray(model.user_factors)
        self._item_factors = np.asarray(model.item_factors)

    def scores(self, user_positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Float32 `[B, num_items]`."""
        return complete_scores(
            self._user_factors[user_positions] @ self._item_factors.T,
            self._warm,
            self._counts[user_positions],
            self._fallback.scores(user_positions),
        )
