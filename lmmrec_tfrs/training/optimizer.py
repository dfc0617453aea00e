"""The optimiser that the settings ask for."""

import tensorflow as tf

from lmmrec_tfrs.training.config import TrainingConfig


def make_optimizer(config: TrainingConfig) -> tf.keras.optimizers.Optimizer:
    """Adam or Adagrad, with gradients clipped by their global norm where `clip_norm` is set.

    The norm is that of the whole batch's gradient, whatever the number of replicas. In float16
    the loss is scaled, so that small gradients do not vanish; a step in which they overflow is
    left out and the scale lowered.
    """
    kinds = {"adam": tf.keras.optimizers.Adam, "adagrad": tf.keras.optimizers.Adagrad}
    optimizer = kinds[config.optimizer](config.learning_rate, global_clipnorm=config.clip_norm)
    if config.precision == "mixed_float16":
        return tf.keras.mixed_precision.LossScaleOptimizer(optimizer)
    return optimizer
