"""InfoNCE between two views, with a temperature that may be learnt."""

import math
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from lmmrec_tfrs.losses.contrastive_alignment import contrastive_alignment

MAXIMUM_SCALE = 100.0


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class ContrastiveAlignment(tf.keras.layers.Layer):
    """The loss `losses.contrastive_alignment` with a temperature of its own.

    A learnt temperature is kept as the logarithm of its inverse, clipped after each step of the
    optimiser so that the cosines are never multiplied by more than 100 (Radford et al., 2021).

    Args:
        temperature: what the cosines are divided by, at first where it is learnt; at least 0.01.
        learnable: whether it is learnt.

    Example:

    >>> views, owners = tf.eye(2), tf.constant([0, 1])
    >>> layer = ContrastiveAlignment(temperature=1.0)
    >>> round(float(layer((views, views), owners, tf.ones(2, tf.bool))), 4)  # log(1 + exp(-1))
    0.3133
    """

    def __init__(self, temperature: float = 0.2, learnable: bool = False, **kwargs: Any):
        # Losses are computed in float32, whatever precision the model has.
        super().__init__(**{**kwargs, "dtype": "float32"})
        if not temperature >= 1.0 / MAXIMUM_SCALE:
            raise ValueError(
                f"expected a temperature of at least {1.0 / MAXIMUM_SCALE}, received {temperature}."
            )
        self.initial_temperature = temperature
        self.learnable = learnable
        if learnable:
            limit = math.log(MAXIMUM_SCALE)
            self.log_scale = self.add_weight(
                name="log_scale",
                shape=(),
                dtype=tf.float32,
                initializer=tf.keras.initializers.Constant(-math.log(temperature)),
                constraint=lambda value: tf.minimum(value, limit),
                # The constraint assigns on each replica, all of them the same value.
                aggregation=tf.VariableAggregation.MEAN,
                experimental_autocast=False,
            )
        # Nothing waits for an input: a model that takes the loss in its step is loaded with it.
        self.built = True

    @property
    def temperature(self) -> tf.Tensor | float:
        """What the cosines are divided by now."""
        return tf.exp(-self.log_scale) if self.learnable else self.initial_temperature

    def call(self, inputs: Sequence[tf.Tensor], owners: tf.Tensor, valid: tf.Tensor) -> tf.Tensor:
        """The loss of a batch.

        Args:
            inputs: both views, float32 `[batch, dimension]`.
            owners: int64 `[batch]`, whose views they are.
            valid: bool `[batch]`, who has both.

        Returns:
            float32 scalar; see `losses.contrastive_alignment`.
        """
        first, second = inputs
        return contrastive_alignment(first, second, owners, valid, self.temperature)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "temperature": self.initial_temperature,
            "learnable": self.learnable,
        }
