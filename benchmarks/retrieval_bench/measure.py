"""What is measured of a scorer, user by user."""

import numpy as np

from lmmrec_tfrs.evaluation import metrics
from lmmrec_tfrs.evaluation.interactions import Interactions
from lmmrec_tfrs.evaluation.protocol import Ranking, Scorer, rank
from lmmrec_tfrs.evaluation.slices import of_items, of_users

KS = (10, 20)
MAIN_METRIC = "ndcg@20"
METRICS = {"recall": metrics.recall_at_k, "ndcg": metrics.ndcg_at_k}
# Groups by training interactions: the least and the most of each.
GROUPS = {"0": (0, 0), "1-4": (1, 4), "5+": (5, np.iinfo(np.int64).max)}


def per_user(scorer: Scorer, interactions: Interactions) -> dict[str, np.ndarray]:
    """The metrics of each evaluated user, whole and by slice.

    Returns:
        `users`, int64 `[num_users]`, and by metric float64 `[num_users]`; for each slice
        (`user_history=1-4`, `item_history=0`) the same behind its name and a slash, for the
        users who have anything of it to be found.
    """
    ranking = rank(scorer, interactions, max(KS))
    values = _values(ranking, "")
    for name, (least, most) in GROUPS.items():
        users, items = (
            (counts >= least) & (counts <= most)
            for counts in (interactions.user_counts, interactions.item_counts)
        )
        values |= _values(of_users(ranking, users), f"user_history={name}/")
        values |= _values(of_items(ranking, interactions, items), f"item_history={name}/")
    return values


def mean_ndcg(scorer: Scorer, interactions: Interactions) -> float:
    """The mean of the metric that settings are chosen by."""
    k = max(KS)
    ranking = rank(scorer, interactions, k)
    return float(metrics.ndcg_at_k(ranking.hits, ranking.num_relevant, k).mean())


def means(values: dict[str, np.ndarray]) -> dict[str, float]:
    """The mean of each metric; slices without users are left out."""
    return {
        name: float(of_users.mean())
        for name, of_users in values.items()
        if of_users.size and not name.endswith("users")
    }


def _values(ranking: Ranking, prefix: str) -> dict[str, np.ndarray]:
    values = {
        f"{prefix}{name}@{k}": metric(ranking.hits, ranking.num_relevant, k)
        for name, metric in METRICS.items()
        for k in KS
    }
    return {f"{prefix}users": ranking.users, **values}
