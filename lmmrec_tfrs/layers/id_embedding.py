"""A table of id embeddings whose last row stands for every unknown id."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class IdEmbedding(tf.keras.layers.Layer):
    """Looks up the embedding of an index, where index `num_ids` is the out-of-vocabulary row.

    Args:
        num_ids: how many ids have a row of their own; the table has one row more.
        dimension: the width of a row.
        initial_stddev: standard deviation of the normal initial values.
    """

    def __init__(self, num_ids: int, dimension: int, initial_stddev: float = 0.05, **kwargs: Any):
        super().__init__(**kwargs)
        if num_ids < 0 or dimension < 1:
            raise ValueError(
                "expected num_ids of at least 0 and a dimension of at least 1, received "
                f"{num_ids} and {dimension}."
            )
        self.num_ids = num_ids
        self.dimension = dimension
        self.initial_stddev = initial_stddev

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Creates the table `[num_ids + 1, dimension]`."""
        self.table = self.add_weight(
            name="table",
            shape=(self.num_ids + 1, self.dimension),
            initializer=tf.keras.initializers.RandomNormal(stddev=self.initial_stddev),
        )
        super().build(input_shape)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Looks up rows.

        Args:
            inputs: int64 `[batch]`, each from 0 to `num_ids`.

        Returns:
            float32 `[batch, dimension]`.
        """
        return tf.gather(self.table, inputs)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "num_ids": self.num_ids,
            "dimension": self.dimension,
            "initial_stddev": self.initial_stddev,
        }
