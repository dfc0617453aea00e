"""The gate that decides how much of an owner's place comes from motivations."""

import math
from collections.abc import Sequence
from typing import Any

import tensorflow as tf


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class GatedMotivationFusion(tf.keras.layers.Layer):
    """Adds the gated motivation to the interaction embedding: e + g m.

    g = σ(w · log(1 + counts) + b), a number: the counts tell the gate how much behaviour and how
    much text there is, so that motivations can carry owners with little behaviour, and behaviour
    the others. A gate that sees e and m, too, costs more than the encoder of the motivations.

    Args:
        initial_gate: the value of the gate before training, in (0, 1).

    Example: an untrained gate, with a motivation and with none.

    >>> layer = GatedMotivationFusion(initial_gate=0.25)
    >>> embedding, motivation = tf.ones([2, 1]), tf.constant([[4.0], [0.0]])
    >>> layer([embedding, motivation, tf.ones(2), tf.ones(2)]).numpy().ravel().tolist()
    [2.0, 1.0]
    """

    def __init__(self, initial_gate: float = 0.5, **kwargs: Any):
        # A count may lie beyond what half precision holds: its logarithm comes first.
        super().__init__(**{"autocast": False, **kwargs})
        if not 0.0 < initial_gate < 1.0:
            raise ValueError(
                f"expected an initial_gate between 0 and 1, both excluded, received {initial_gate}."
            )
        self.initial_gate = initial_gate

    def build(self, input_shape: Sequence[Sequence[int | None]]) -> None:
        """Creates the gate's weights.

        Args:
            input_shape: `([batch, dimension], [batch, dimension], [batch], [batch])`.
        """
        logit = math.log(self.initial_gate) - math.log1p(-self.initial_gate)
        # A kernel of zeros: the gate starts at `initial_gate` whatever the counts.
        self.gate = tf.keras.layers.Dense(
            1,
            activation="sigmoid",
            kernel_initializer="zeros",
            bias_initializer=tf.keras.initializers.Constant(logit),
            name="gate",
            dtype=self.dtype_policy,
        )
        self.gate.build((None, 2))
        super().build(input_shape)

    def call(self, inputs: Sequence[tf.Tensor]) -> tf.Tensor:
        """Fuses a batch.

        Args:
            inputs: interaction embeddings e and motivations m, float32 `[batch, dimension]`, zero
                where there is no motivation; interaction and text counts, int or float `[batch]`.

        Returns:
            `[batch, dimension]`, in the layer's compute dtype.

        Raises:
            ValueError: the counts have more axes.
        """
        *sides, interactions, texts = inputs
        for counts in (interactions, texts):
            if counts.shape.rank not in (None, 1):
                raise ValueError(
                    f"expected counts of shape [batch], received {counts.shape}: squeeze what has "
                    "more axes."
                )
        embedding, motivation = (tf.cast(side, self.compute_dtype) for side in sides)
        counts = tf.stack([tf.cast(interactions, tf.float32), tf.cast(texts, tf.float32)], axis=1)
        gate = self.gate(tf.cast(tf.math.log1p(counts), embedding.dtype))
        return embedding + gate * motivation

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), "initial_gate": self.initial_gate}
