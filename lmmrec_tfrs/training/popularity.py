"""Popularity: where the item bias starts, and the simplest baseline."""

import numpy as np

from lmmrec_tfrs.training.data import OwnerTable
from lmmrec_tfrs.training.validation import RankingValidator


def popularity_bias(interaction_counts: np.ndarray) -> np.ndarray:
    """The log of each item's share of the train pairs, the unknown item's last.

    A softmax over these alone is most-popular. One more interaction than there was is granted
    to each, and is all that an unknown item has.

    Args:
        interaction_counts: int `[num_embeddings]`.

    Returns:
        float32 `[num_embeddings + 1]`.

    >>> np.exp(popularity_bias(np.array([2, 0]))).round(4)
    array([0.6, 0.2, 0.2], dtype=float32)
    """
    counts = np.append(interaction_counts, 0).astype(np.float64) + 1.0
    return np.log(counts / counts.sum()).astype(np.float32)


def most_popular_metrics(items: OwnerTable, validator: RankingValidator) -> dict[str, float]:
    """The validation metrics of ranking by the number of train interactions."""
    counts = items.interaction_counts[:, np.newaxis].astype(np.float32)
    return validator.evaluate(np.ones((len(validator.users), 1), np.float32), counts)
