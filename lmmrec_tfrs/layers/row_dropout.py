"""Draws the rows of a batch that lose a whole input during training."""

from typing import Any

import tensorflow as tf

from lmmrec_tfrs.layers.random_generator import make_generator


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class RowDropout(tf.keras.layers.Layer):
    """Says of each row whether it keeps an input (DropoutNet, Volkovs et al., 2017).

    Used on ids, a model learns to place an owner by its text alone; used on texts, by its
    behaviour alone. Outside of training every row keeps its input. The state of the draws is in
    the checkpoint.

    Args:
        rate: the probability in [0, 1] with which a row loses the input.
        seed: int; None takes one from the global generator.

    Example:

    >>> RowDropout(rate=1.0)(tf.constant([3, 5]), training=True).numpy()
    array([False, False])
    >>> RowDropout(rate=1.0)(tf.constant([3, 5]), training=False).numpy()
    array([ True,  True])
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        if not 0.0 <= rate <= 1.0:
            raise ValueError(f"expected a rate from 0 to 1, received {rate}.")
        self.rate = rate
        self.seed = seed
        self.generator = make_generator(seed)

    def call(self, inputs: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Draws the rows.

        Args:
            inputs: any tensor `[batch, ...]`; only its number of rows matters.
            training: whether to drop anything.

        Returns:
            bool `[batch]`, true where the row keeps its input.
        """
        rows = tf.shape(inputs)[:1]
        if not training or self.rate == 0.0:
            return tf.ones(rows, tf.bool)
        return self.generator.uniform(rows) >= self.rate

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
