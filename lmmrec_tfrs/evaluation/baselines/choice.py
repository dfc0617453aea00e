"""Fits the configured baselines, their settings chosen on the validation split.

An untuned baseline proves nothing (Dacrema et al., "Are We Really Making Much Progress?",
RecSys 2019).
"""

import dataclasses
import itertools
from collections.abc import Callable, Sequence

import scipy.sparse

from lmmrec_tfrs.evaluation.baselines.ease import Ease
from lmmrec_tfrs.evaluation.baselines.implicit_als import ImplicitAls
from lmmrec_tfrs.evaluation.baselines.item_knn import ItemKnn
from lmmrec_tfrs.evaluation.baselines.most_popular import MostPopular
from lmmrec_tfrs.evaluation.config import EvaluationConfig
from lmmrec_tfrs.evaluation.interactions import Interactions
from lmmrec_tfrs.evaluation.metrics import ndcg_at_k
from lmmrec_tfrs.evaluation.protocol import Scorer, rank

Settings = dict[str, float | str]


@dataclasses.dataclass(frozen=True)
class FittedBaseline:
    """A baseline and the settings that were chosen for it."""

    scorer: Scorer
    settings: Settings


def fit_baselines(
    train: scipy.sparse.csr_matrix,
    validation: Interactions | None,
    config: EvaluationConfig,
) -> list[FittedBaseline]:
    """Fits the configured baselines, in the configured order.

    Args:
        train: boolean `[num_users, num_items]`.
        validation: the same training interactions with those of the validation split to be
            found, by which settings are chosen; without it, the first of each list is taken.
        config: which baselines, and their settings.

    Raises:
        ValueError: there are no training interactions, or too many items for EASE.
    """
    if not train.nnz:
        raise ValueError(
            "expected training interactions to fit the baselines on, received none: is the "
            "training split empty?"
        )
    return [_fit(name, train, validation, config) for name in config.baselines]


def _fit(
    name: str,
    train: scipy.sparse.csr_matrix,
    validation: Interactions | None,
    config: EvaluationConfig,
) -> FittedBaseline:
    if name == MostPopular.name:
        return FittedBaseline(MostPopular(train), {})
    if name == Ease.name:
        return _choose(
            lambda l2: Ease(train, l2, config.ease_maximum_items),
            [{"l2": l2} for l2 in config.ease_l2],
            validation,
            config,
        )
    if name == ItemKnn.name:
        choices = itertools.product(config.item_knn_similarities, config.item_knn_neighbours)
        return _choose(
            lambda similarity, neighbours: ItemKnn(train, similarity, neighbours, config.threads),
            [{"similarity": kind, "neighbours": neighbours} for kind, neighbours in choices],
            validation,
            config,
        )
    return _choose(
        lambda regularization: ImplicitAls(train, regularization, config),
        [{"regularization": penalty} for penalty in config.ials_regularization],
        validation,
        config,
    )


def _choose(
    build: Callable[..., Scorer],
    candidates: Sequence[Settings],
    validation: Interactions | None,
    config: EvaluationConfig,
) -> FittedBaseline:
    """The baseline of the settings with the best NDCG on the validation split."""
    best = FittedBaseline(build(**candidates[0]), candidates[0])
    if validation is None or len(candidates) == 1:
        return best
    best_value = _ndcg(best.scorer, validation, config)
    for settings in candidates[1:]:
        scorer = build(**settings)
        reached = _ndcg(scorer, validation, config)
        if reached > best_value:
            best, best_value = FittedBaseline(scorer, settings), reached
    return best


def _ndcg(scorer: Scorer, interactions: Interactions, config: EvaluationConfig) -> float:
    k = max(config.ks)
    ranking = rank(scorer, interactions, k, config.batch_size)
    return float(ndcg_at_k(ranking.hits, ranking.num_relevant, k).mean())
