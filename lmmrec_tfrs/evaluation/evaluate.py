"""Ranks with a model and what it is compared with, and reports."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lmmrec_tfrs.evaluation import metrics
from lmmrec_tfrs.evaluation.bootstrap import paired_bootstrap
from lmmrec_tfrs.evaluation.config import EvaluationConfig
from lmmrec_tfrs.evaluation.interactions import Interactions
from lmmrec_tfrs.evaluation.protocol import Ranking, Scorer, rank
from lmmrec_tfrs.evaluation.report import OVERALL, Comparison, EvaluationReport, SliceReport
from lmmrec_tfrs.evaluation.slices import GROUP_NAMES, items_of_group, users_of_group

_USER_METRICS = {
    "recall": metrics.recall_at_k,
    "ndcg": metrics.ndcg_at_k,
    "mrr": metrics.reciprocal_rank_at_k,
    "hit_rate": metrics.hit_rate_at_k,
}
_COMPARED = ("ndcg", "recall")


def masked_splits(config: EvaluationConfig) -> tuple[str, ...]:
    """The splits whose items are left out of a user's ranking."""
    if config.split == "test" and config.mask_validation:
        return ("train", "validation")
    return ("train",)


def evaluate(
    scorers: Sequence[Scorer], interactions: Interactions, config: EvaluationConfig
) -> EvaluationReport:
    """Evaluates all scorers on the same users and compares the first with each other.

    Args:
        scorers: the model first, then what it is compared with; their names are distinct.
        interactions: what `build_interactions` made of the splits.
        config: what is measured.

    Raises:
        ValueError: two scorers have the same name, or scores cannot be used.
    """
    names = tuple(scorer.name for scorer in scorers)
    if not names or len(set(names)) != len(names):
        raise ValueError(f"expected scorers of distinct names, received {names}.")
    rankings = {
        scorer.name: rank(scorer, interactions, max(config.ks), config.batch_size)
        for scorer in scorers
    }
    masked = masked_splits(config)
    item_counts = interactions.item_counts
    return EvaluationReport(
        protocol=(
            f"All {interactions.num_items} items of the catalogue and of the events are ranked for "
            f"each user with items to be found in the {config.split} split; the user's items of "
            f"{' and '.join(masked)} are left out. Histories count training interactions."
        ),
        split=config.split,
        masked=masked,
        seed=config.seed,
        ks=config.ks,
        confidence=config.confidence,
        bootstrap_samples=config.bootstrap_samples,
        num_users=len(interactions.evaluated_users),
        num_items=interactions.num_items,
        num_cold_items=int((item_counts == 0).sum()),
        scorers=names,
        slices=tuple(_slices(rankings, interactions, config)),
        comparisons=tuple(_comparisons(rankings, config)),
    )


def _slices(
    rankings: Mapping[str, Ranking], interactions: Interactions, config: EvaluationConfig
) -> list[SliceReport]:
    slices = [_slice(OVERALL, rankings, interactions, config, lists=True)]
    for group, name in enumerate(GROUP_NAMES):
        part = {k: users_of_group(r, interactions, group) for k, r in rankings.items()}
        slices.append(_slice(f"user_history={name}", part, interactions, config, lists=True))
    for group, name in enumerate(GROUP_NAMES):
        part = {k: items_of_group(r, interactions, group) for k, r in rankings.items()}
        slices.append(_slice(f"item_history={name}", part, interactions, config, lists=False))
    return slices


def _slice(
    name: str,
    rankings: Mapping[str, Ranking],
    interactions: Interactions,
    config: EvaluationConfig,
    lists: bool,
) -> SliceReport:
    """Measures a slice; `lists`: also what the lists hold, which item slices do not change."""
    any_ranking = next(iter(rankings.values()))
    num_users = len(any_ranking.users)
    values: dict[str, dict[str, float]] = {}
    for scorer, ranking in rankings.items() if num_users else ():
        values[scorer] = {
            f"{metric}@{k}": float(function(ranking.hits, ranking.num_relevant, k).mean())
            for metric, function in _USER_METRICS.items()
            for k in config.ks
        }
        for k in config.ks if lists else ():
            top = ranking.top_items[:, :k]
            coverage = metrics.catalogue_coverage(top, interactions.num_items)
            values[scorer][f"coverage@{k}"] = coverage
            popularity = metrics.mean_popularity(top, interactions.item_counts)
            values[scorer][f"mean_popularity@{k}"] = popularity
    return SliceReport(
        name=name,
        num_users=num_users,
        num_relevant=int(any_ranking.num_relevant.sum()),
        metrics=values,
    )


def _comparisons(rankings: Mapping[str, Ranking], config: EvaluationConfig) -> list[Comparison]:
    model, *others = rankings
    k = max(config.ks)
    comparisons = []
    for metric in _COMPARED:
        values: dict[str, NDArray[np.float64]] = {
            name: _USER_METRICS[metric](ranking.hits, ranking.num_relevant, k)
            for name, ranking in rankings.items()
        }
        for other in others:
            result = paired_bootstrap(
                values[model],
                values[other],
                samples=config.bootstrap_samples,
                confidence=config.confidence,
                seed=config.seed,
            )
            comparisons.append(
                Comparison(
                    model=model,
                    other=other,
                    metric=f"{metric}@{k}",
                    difference=result.difference,
                    low=result.low,
                    high=result.high,
                    p_value=result.p_value,
                )
            )
    return comparisons
