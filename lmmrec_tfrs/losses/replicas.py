"""State that every replica keeps a copy of and updates alike."""

from typing import Any

import tensorflow as tf


def from_all_replicas(values: tf.Tensor) -> tf.Tensor:
    """The values of all replicas, one behind the other, `[replicas · batch, ...]`.

    In a step of one device, or outside of a step, the values as they are.
    """
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return values
    return context.all_gather(values, axis=0)


def per_replica_state(
    layer: tf.keras.layers.Layer,
    name: str,
    shape: tuple[int, ...],
    dtype: tf.DType,
    initializer: Any = "zeros",
) -> tf.Variable:
    """A weight that is not trained, of which each replica assigns its own copy.

    The replicas are expected to assign the same, which they do where what they assign comes
    `from_all_replicas`; a checkpoint holds the first copy.
    """
    return layer.add_weight(
        name=name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        trainable=False,
        synchronization=tf.VariableSynchronization.ON_READ,
        aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
        experimental_autocast=False,
    )
