"""The gate that decides how much of an owner's place comes from text."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class GatedMotivationFusion(tf.keras.layers.Layer):
    """Adds the gated motivation to the interaction embedding: e + g ⊙ m.

    g = σ(W [e, m, log(1 + counts)] + b): the counts tell the gate how much behaviour there
    is, so that text can carry owners with little of it and behaviour the others. Where there
    is no text, m counts as zero.
    """

    def build(self, input_shape: Sequence[Sequence[int | None]]) -> None:
        """Creates the gate's weights.

        Args:
            input_shape: `([batch, dimension], [batch, dimension], [batch], [batch])`.
        """
        dimension = int(input_shape[0][-1] or 0)
        self.gate = tf.keras.layers.Dense(dimension, activation="sigmoid", name="gate")
        self.gate.build((None, 2 * dimension + 2))
        super().build(input_shape)

    def call(self, inputs: Sequence[tf.Tensor]) -> tf.Tensor:
        """Fuses a batch.

        Args:
            inputs: interaction embeddings e and motivations m, float32 `[batch, dimension]`;
                interaction and text counts, int or float `[batch]`.

        Returns:
            float32 `[batch, dimension]`.
        """
        embedding, motivation, interactions, texts = inputs
        has_text = tf.cast(texts > 0, embedding.dtype)[:, tf.newaxis]
        motivation = motivation * has_text
        counts = tf.math.log1p(tf.cast(tf.stack([interactions, texts], axis=1), embedding.dtype))
        gate = self.gate(tf.concat([embedding, motivation, counts], axis=1))
        return embedding + gate * motivation

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return super().get_config()
