"""Candidates of earlier batches, kept as further negatives."""

import dataclasses
from typing import Any

import tensorflow as tf

from lmmrec_tfrs.losses.replicas import from_all_replicas, per_replica_state

EMPTY_ROW = -1


@dataclasses.dataclass(frozen=True)
class RememberedCandidates:
    """What a memory holds, newest last.

    `embedding` float32 `[capacity, dimension]`, `bias` float32 `[capacity]`, `rows` int64
    `[capacity]`: `EMPTY_ROW` where nothing was pushed yet; `count` int32 scalar: how many are
    not empty.
    """

    embedding: tf.Tensor
    bias: tf.Tensor
    rows: tf.Tensor
    count: tf.Tensor


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class CrossBatchNegatives(tf.keras.layers.Layer):
    """A first-in-first-out memory of candidates (Wang et al., SIGIR 2021).

    The embedding of an article changes little from one step to the next, so that those of the last
    batches can be negatives again, at the cost of a matrix product and without a pass through the
    tower. No gradient flows into them. Under a distribution strategy all replicas remember the
    candidates of all.

    Args:
        capacity: how many candidates are kept.
        dimension: the width of their embeddings.
    """

    def __init__(self, capacity: int, dimension: int, **kwargs: Any):
        super().__init__(**{"trainable": False, **kwargs, "dtype": "float32"})
        if capacity < 1 or dimension < 1:
            raise ValueError(
                "expected a capacity and a dimension of at least 1, received "
                f"{capacity} and {dimension}."
            )
        self.capacity = capacity
        self.dimension = dimension
        # Here and not in `build`: a model that calls `push` alone is loaded with them, too.
        empty = tf.keras.initializers.Constant(EMPTY_ROW)
        width = (capacity, dimension)
        self.embedding = per_replica_state(self, "embedding", width, tf.float32)
        self.bias = per_replica_state(self, "bias", (capacity,), tf.float32)
        self.rows = per_replica_state(self, "rows", (capacity,), tf.int64, empty)
        self.built = True

    def candidates(self) -> RememberedCandidates:
        """What was pushed last, up to the capacity."""
        rows = self.rows.read_value()
        return RememberedCandidates(
            tf.stop_gradient(self.embedding.read_value()),
            tf.stop_gradient(self.bias.read_value()),
            rows,
            tf.math.count_nonzero(rows != EMPTY_ROW, dtype=tf.int32),
        )

    def push(self, embedding: tf.Tensor, bias: tf.Tensor, rows: tf.Tensor) -> None:
        """Remembers the candidates of a batch and forgets the oldest.

        Args:
            embedding: float `[batch, dimension]`.
            bias: float `[batch]`.
            rows: int64 `[batch]`, which articles they are.
        """
        for memory, new in ((self.embedding, embedding), (self.bias, bias), (self.rows, rows)):
            pushed = from_all_replicas(tf.cast(tf.stop_gradient(new), memory.dtype))
            memory.assign(tf.concat([memory.read_value(), pushed], axis=0)[-self.capacity :])

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), "capacity": self.capacity, "dimension": self.dimension}
