"""The baselines that every model is put beside. All are fitted on the training split only.

A user without training interactions gets the most popular items from each of them, and items
without any come after all others: both are what one would do in practice. Penalties are chosen
by NDCG on the validation split, for an untuned baseline proves nothing (Dacrema et al., "Are We
Really Making Much Progress?", RecSys 2019).
"""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import scipy.linalg
import scipy.sparse
import threadpoolctl
from implicit.als import AlternatingLeastSquares
from numpy.typing import NDArray

from lmmrec_tfrs.evaluation.config import EvaluationConfig
from lmmrec_tfrs.evaluation.interactions import Interactions, row_counts
from lmmrec_tfrs.evaluation.metrics import ndcg_at_k
from lmmrec_tfrs.evaluation.protocol import Scorer, rank


class MostPopular:
    """The same list for everybody: items by their number of training interactions."""

    name = "most_popular"

    def __init__(self, train: scipy.sparse.csr_matrix):
        self._counts = row_counts(train.T).astype(np.float32)

    def scores(self, user_positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Float32 `[B, num_items]`."""
        return np.tile(self._counts, (len(user_positions), 1))


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
        return _complete(
            warm_scores, self._warm, row_counts(rows), self._fallback.scores(user_positions)
        )


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
        return _complete(
            self._user_factors[user_positions] @ self._item_factors.T,
            self._warm,
            self._counts[user_positions],
            self._fallback.scores(user_positions),
        )


@dataclasses.dataclass(frozen=True)
class FittedBaseline:
    """A baseline and the settings that were chosen for it."""

    scorer: Scorer
    settings: dict[str, float]


def fit_baselines(
    train: scipy.sparse.csr_matrix,
    validation: Interactions | None,
    config: EvaluationConfig,
) -> list[FittedBaseline]:
    """Fits the configured baselines, in the configured order.

    Args:
        train: boolean `[num_users, num_items]`.
        validation: the same training interactions with those of the validation split to be
            found, by which penalties are chosen; without it, the first of each list is taken.
        config: which baselines, and their settings.

    Raises:
        ValueError: there are no training interactions, or too many items for EASE.
    """
    if not train.nnz:
        raise ValueError(
            "expected training interactions to fit the baselines on, received none: is the "
            "training split empty?"
        )

    def ease(l2: float) -> Scorer:
        return Ease(train, l2, config.ease_maximum_items)

    def ials(regularization: float) -> Scorer:
        return ImplicitAls(train, regularization, config)

    fitted = []
    for name in config.baselines:
        if name == MostPopular.name:
            fitted.append(FittedBaseline(MostPopular(train), {}))
        elif name == Ease.name:
            fitted.append(_choose(ease, "l2", config.ease_l2, validation, config))
        else:
            penalties = config.ials_regularization
            fitted.append(_choose(ials, "regularization", penalties, validation, config))
    return fitted


def _choose(
    build: Callable[[float], Scorer],
    setting: str,
    values: Sequence[float],
    validation: Interactions | None,
    config: EvaluationConfig,
) -> FittedBaseline:
    """The baseline of the setting with the best NDCG on the validation split."""
    best = FittedBaseline(build(values[0]), {setting: values[0]})
    if validation is None or len(values) == 1:
        return best
    best_value = _ndcg(best.scorer, validation, config)
    for value in values[1:]:
        scorer = build(value)
        reached = _ndcg(scorer, validation, config)
        if reached > best_value:
            best, best_value = FittedBaseline(scorer, {setting: value}), reached
    return best


def _ndcg(scorer: Scorer, interactions: Interactions, config: EvaluationConfig) -> float:
    k = max(config.ks)
    ranking = rank(scorer, interactions, k, config.batch_size)
    return float(ndcg_at_k(ranking.hits, ranking.num_relevant, k).mean())


def _complete(
    warm_scores: NDArray[np.float32],
    warm: NDArray[np.int64],
    history: NDArray[np.int64],
    popularity: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Scores of all items: cold ones below all others, and popularity where no history is."""
    lowest = warm_scores.min(axis=1, keepdims=True)
    scores = np.repeat(lowest - 1.0, popularity.shape[1], axis=1)
    scores[:, warm] = warm_scores
    return np.where(history[:, np.newaxis] > 0, scores, popularity).astype(np.float32)
