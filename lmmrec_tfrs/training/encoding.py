"""The scoring vectors of many owners."""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lmmrec_tfrs.layers import OwnerFeatures
from lmmrec_tfrs.towers import OwnerTower

_BATCH = 8192


class OwnerEncoder:
    """Places owners, a batch after the other, with a function that is traced once.

    Args:
        owners: the tables of the owners.
        tower: the tower that places them.
        batch_size: owners placed at once; bounds the memory.
    """

    def __init__(self, owners: OwnerFeatures, tower: OwnerTower, batch_size: int = _BATCH):
        self._batch_size = batch_size
        self._encode = tf.function(
            lambda rows: tower.scoring_vector(owners.features_of(rows), training=False),
            input_signature=[tf.TensorSpec([None], tf.int64)],
            autograph=False,
        ).get_concrete_function()

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The scoring vectors of rows, float32 `[len(rows), dimension + 1]`."""
        parts = [
            self._encode(tf.constant(rows[start : start + self._batch_size], tf.int64)).numpy()
            for start in range(0, len(rows), self._batch_size)
        ]
        return np.concatenate(parts)
