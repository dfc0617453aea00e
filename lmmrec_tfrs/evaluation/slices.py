"""Slices by how much history a user or an item has, the cold ones apart."""

import numpy as np
from numpy.typing import NDArray

from lmmrec_tfrs.evaluation.interactions import Interactions
from lmmrec_tfrs.evaluation.protocol import Ranking

# The training interactions at which each group begins.
GROUP_STARTS = (0, 1, 5, 20)
GROUP_NAMES = ("0", "1-4", "5-19", "20+")


def history_groups(counts: NDArray[np.integer]) -> NDArray[np.int64]:
    """The group of each count, a position in `GROUP_NAMES`.

    >>> history_groups(np.array([0, 1, 4, 5, 19, 20, 99]))
    array([0, 1, 1, 2, 2, 3, 3])
    """
    return np.searchsorted(GROUP_STARTS, counts, side="right") - 1


def users_of_group(ranking: Ranking, interactions: Interactions, group: int) -> Ranking:
    """The ranking of the users whose history is of the group."""
    return of_users(ranking, history_groups(interactions.user_counts) == group)


def items_of_group(ranking: Ranking, interactions: Interactions, group: int) -> Ranking:
    """The same lists, where only items whose history is of the group are to be found."""
    return of_items(ranking, interactions, history_groups(interactions.item_counts) == group)


def of_users(ranking: Ranking, chosen: NDArray[np.bool_]) -> Ranking:
    """The ranking of the chosen users, bool `[num_users]` of the interactions."""
    rows = chosen[ranking.users]
    return Ranking(
        ranking.users[rows],
        ranking.top_items[rows],
        ranking.hits[rows],
        ranking.num_relevant[rows],
    )


def of_items(ranking: Ranking, interactions: Interactions, chosen: NDArray[np.bool_]) -> Ranking:
    """The same lists, where only the chosen items, bool `[num_items]`, are to be found.

    All candidates still compete for the ranks; users with nothing chosen to be found are left
    out.
    """
    # The column of chosen relevant items, summed for each user.
    num_relevant = np.asarray(
        interactions.relevant[ranking.users].astype(np.int64) @ chosen.astype(np.int64)
    )
    hits = ranking.hits & chosen[np.maximum(ranking.top_items, 0)]
    rows = num_relevant > 0
    return Ranking(ranking.users[rows], ranking.top_items[rows], hits[rows], num_relevant[rows])
