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
    rows = history_groups(interactions.user_counts[ranking.users]) == group
    return Ranking(
        ranking.users[rows],
        ranking.top_items[rows],
        ranking.hits[rows],
        ranking.num_relevant[rows],
    )


def items_of_group(ranking: Ranking, interactions: Interactions, group: int) -> Ranking:
    """The same lists, where only items whose history is of the group are to be found.

    All candidates still compete for the ranks; users with nothing of the group to be found
    are left out.
    """
    in_group = history_groups(interactions.item_counts) == group
    # The column of relevant items of the group, summed for each user.
    num_relevant = np.asarray(
        interactions.relevant[ranking.users].astype(np.int64) @ in_group.astype(np.int64)
    )
    hits = ranking.hits & in_group[np.maximum(ranking.top_items, 0)]
    rows = num_relevant > 0
    return Ranking(ranking.users[rows], ranking.top_items[rows], hits[rows], num_relevant[rows])
