"""Full ranking: every candidate is scored for every user, what is masked left out."""

import dataclasses
from typing import Protocol

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lmmrec_tfrs.evaluation.interactions import Interactions


class Scorer(Protocol):
    """Whatever scores all candidates for users."""

    @property
    def name(self) -> str:
        """What the reports call it."""

    def scores(self, user_positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Scores, higher is better.

        Args:
            user_positions: int64 `[B]`, positions in `Interactions.user_ids`.

        Returns:
            float32 `[B, num_items]`, in the order of `Interactions.item_ids`; -inf for an item
            that must not be shown.
        """


@dataclasses.dataclass(frozen=True)
class Ranking:
    """The top of a scorer's ranking for each evaluated user.

    Attributes:
        users: int64 `[N]`, positions of the users.
        top_items: int64 `[N, k]`, item positions, best first; -1 for an empty place.
        hits: bool `[N, k]`, whether the item is one to be found.
        num_relevant: int64 `[N]`, how many are to be found.
    """

    users: NDArray[np.int64]
    top_items: NDArray[np.int64]
    hits: NDArray[np.bool_]
    num_relevant: NDArray[np.int64]


def rank(scorer: Scorer, interactions: Interactions, k: int, batch_size: int = 256) -> Ranking:
    """Ranks all candidates for each user who has something to be found.

    Of equal scores, the item of the lower position goes first.

    Args:
        scorer: what scores the candidates.
        interactions: users, candidates, what is masked and what is to be found.
        k: how many ranks are kept; with fewer candidates, the last places are empty.
        batch_size: how many users are ranked at once.

    Raises:
        ValueError: the scores have a wrong shape, or one is not a number.
    """
    users = interactions.evaluated_users
    top_items = np.full([len(users), k], -1, dtype=np.int64)
    hits = np.zeros([len(users), k], dtype=bool)
    num_relevant = np.zeros(len(users), dtype=np.int64)
    for start in range(0, len(users), batch_size):
        rows = slice(start, start + batch_size)
        top = _top_items(scorer, interactions, users[rows], k)
        relevant = interactions.relevant[users[rows]].toarray()
        top_items[rows] = top
        hits[rows] = (top >= 0) & np.take_along_axis(relevant, np.maximum(top, 0), axis=1)
        num_relevant[rows] = relevant.sum(axis=1)
    return Ranking(users, top_items, hits, num_relevant)


def _top_items(
    scorer: Scorer, interactions: Interactions, users: NDArray[np.int64], k: int
) -> NDArray[np.int64]:
    scores = np.asarray(scorer.scores(users), dtype=np.float32)
    expected = (len(users), interactions.num_items)
    if scores.shape != expected:
        raise ValueError(
            f"expected scores of shape {expected} from '{scorer.name}', received {scores.shape}."
        )
    if np.isnan(scores).any():
        raise ValueError(
            f"expected numbers as scores from '{scorer.name}', received NaN: its training diverged."
        )
    scores = np.where(interactions.masked[users].toarray(), -np.inf, scores)
    # Of equal values, top_k takes the lower index first.
    values, places = tf.math.top_k(scores, min(k, interactions.num_items))
    top = np.where(np.isneginf(values.numpy()), -1, places.numpy())
    return np.pad(top, [(0, 0), (0, k - top.shape[1])], constant_values=-1)
