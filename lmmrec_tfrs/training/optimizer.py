"""The optimiser that the settings ask for."""

from typing import Any

import tensorflow as tf

from lmmrec_tfrs.training.config import TrainingConfig


class _SumsRepeatedRows:
    """Adds up what a gradient says of one row before the norm is taken.

    A table's gradient has an entry for each time that a row was looked up; the optimiser would
    clip them as if they were different rows, and add them up only then.
    """

    def aggregate_gradients(self, grads_and_vars: Any) -> list[tuple[Any, tf.Variable]]:
        """The gradients of all replicas, each row of a table once."""
        aggregated = super().aggregate_gradients(grads_and_vars)  # type: ignore[misc]
        return [(_summed(gradient), variable) for gradient, variable in aggregated]


class _ClippedAdam(_SumsRepeatedRows, tf.keras.optimizers.Adam):
    """Adam whose clipping counts a row once."""


class _ClippedAdagrad(_SumsRepeatedRows, tf.keras.optimizers.Adagrad):
    """Adagrad whose clipping counts a row once."""


def make_optimizer(config: TrainingConfig) -> tf.keras.optimizers.Optimizer:
    """Adam or Adagrad, with gradients clipped by their global norm where `clip_norm` is set.

    The norm is that of the whole batch's gradient, whatever the number of replicas. In float16
    the loss is scaled, so that small gradients do not vanish; a step in which they overflow is
    left out and the scale lowered.
    """
    kinds = {"adam": tf.keras.optimizers.Adam, "adagrad": tf.keras.optimizers.Adagrad}
    if config.clip_norm is not None:
        kinds = {"adam": _ClippedAdam, "adagrad": _ClippedAdagrad}
    optimizer = kinds[config.optimizer](config.learning_rate, global_clipnorm=config.clip_norm)
    if config.precision == "mixed_float16":
        return tf.keras.mixed_precision.LossScaleOptimizer(optimizer)
    return optimizer


def _summed(gradient: Any) -> Any:
    """The gradient with each row of a table once."""
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    rows, position = tf.unique(gradient.indices)
    values = tf.math.unsorted_segment_sum(gradient.values, position, tf.shape(rows)[0])
    return tf.IndexedSlices(values, rows, gradient.dense_shape)
