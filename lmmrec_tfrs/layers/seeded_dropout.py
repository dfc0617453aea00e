"""Dropout whose random state is in the checkpoint."""

from typing import Any

import tensorflow as tf

from lmmrec_tfrs.layers.random_generator import make_generator


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class SeededDropout(tf.keras.layers.Layer):
    """Dropout (Srivastava et al., 2014) that continues after a restart as if there was none.

    What is kept is divided by the probability of being kept. In contrast to
    `tf.keras.layers.Dropout` the numbers are drawn from a generator of the layer's own, whose
    state a `tf.train.Checkpoint` saves.

    Args:
        rate: the probability in [0, 1) with which a value is set to zero.
        seed: int; None takes one from the global generator.

    Example:

    >>> values = SeededDropout(rate=0.5, seed=1)(tf.ones([2, 50]), training=True).numpy()
    >>> sorted(set(values.ravel().tolist()))
    [0.0, 2.0]
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        if not 0.0 <= rate < 1.0:
            raise ValueError(f"expected a rate from 0 to below 1, received {rate}.")
        self.rate = rate
        self.seed = seed
        self.generator = make_generator(seed)

    def call(self, inputs: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Drops values.

        Args:
            inputs: floating-point tensor of any shape.
            training: whether to drop anything.

        Returns:
            A tensor of the same shape and type.
        """
        if not training or self.rate == 0.0:
            return inputs
        # Drawn as float32, whatever the inputs: half-precision numbers are too coarse for a rate.
        kept = self.generator.uniform(tf.shape(inputs)) >= self.rate
        return inputs * (tf.cast(kept, inputs.dtype) / (1.0 - self.rate))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
