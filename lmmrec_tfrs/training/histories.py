"""The histories of users, for backbones that read them in order."""

import dataclasses
from typing import Literal

import numpy as np
from numpy.typing import NDArray

# The timestamp of an event that has none.
NO_TIMESTAMP = 0

HistoryOrder = Literal["time", "leave_one_out"]


@dataclasses.dataclass(frozen=True)
class Histories:
    """What each user had, user by user, oldest first.

    `items` is int64 `[num_history_items]`, rows of items; `offsets` int64 `[num_users + 1]`, where
    user r has the items from `offsets[r]` up to `offsets[r + 1]`; `maximum_length` is how many of
    a history the model reads at most. With `order` "time", a training pair is foretold from the
    items before it; with "leave_one_out", where the order means nothing, from all the others.
    """

    items: NDArray[np.int64]
    offsets: NDArray[np.int64]
    maximum_length: int
    order: HistoryOrder


def history_order(timestamps: NDArray[np.int64] | None) -> HistoryOrder:
    """ "time" where every train pair has a timestamp, otherwise "leave_one_out".

    >>> history_order(np.array([1700000000, 1700000060]))
    'time'
    >>> history_order(np.array([1700000000, NO_TIMESTAMP]))
    'leave_one_out'
    """
    if timestamps is None or (timestamps == NO_TIMESTAMP).any():
        return "leave_one_out"
    return "time"


def build_histories(
    train_pairs: NDArray[np.int64],
    num_users: int,
    timestamps: NDArray[np.int64] | None,
    maximum_length: int,
    order: HistoryOrder,
) -> tuple[Histories, NDArray[np.int64]]:
    """Puts each user's train items in order.

    Items of the same second, and where the order means nothing all items of a user, stand in an
    arbitrary order, the same in each run. In that of the rows, which goes by popularity, an item
    would be among the rarer ones of those that it follows: training would learn what no answer has.

    Args:
        train_pairs: int64 `[num_pairs, 2]` of user row and item row.
        num_users: how many user rows there are.
        timestamps: int64 `[num_pairs]` in seconds; needed for the order "time".
        maximum_length: how many items of a history the model reads at most; lowered to the
            longest history.
        order: what the order of the items means.

    Returns:
        The histories and, int64 `[num_pairs]`, how many items of the user's history come before
        each pair.

    Raises:
        ValueError: the order is "time" and there are no timestamps.
    """
    users = train_pairs[:, 0]
    if order == "time":
        if timestamps is None:
            raise ValueError(
                'expected timestamps of the train pairs for histories in the order of "time", '
                'received none: choose "leave_one_out".'
            )
        events, event_of_pair = train_pairs, np.arange(len(train_pairs))
        ages = timestamps
    else:
        # A repeated pair would show the model the item that it is to foretell.
        events, event_of_pair = np.unique(train_pairs, axis=0, return_inverse=True)
        ages = np.zeros(len(events), np.int64)
    arbitrary = np.random.default_rng(0).permutation(len(events))
    by_age = np.lexsort((arbitrary, ages, events[:, 0]))
    counts = np.bincount(events[:, 0], minlength=num_users)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    place = np.empty(len(events), np.int64)
    place[by_age] = np.arange(len(events))
    positions = place[event_of_pair.reshape(-1)] - offsets[users]
    histories = Histories(events[by_age, 1], offsets, int(min(maximum_length, counts.max())), order)
    return histories, positions
