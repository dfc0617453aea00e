"""The textual motivation encoder: what an owner's texts say, as a vector of the towers' space."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class TextualMotivationEncoder(tf.keras.layers.Layer):
    """Maps named motivation weights and a text vector to one embedding.

    The standardised weights mix learnt prototypes, one a motivation; the standardised text
    vector is projected; their normalised sum goes through a small residual network. `adapt`
    sets the standardisation: without it, a sentence encoder's vectors are mostly the same
    direction, and the differences between owners are drowned.

    Args:
        dimension: the width of the output.
        dropout: rate on the standardised inputs and on the hidden layer.
    """

    def __init__(self, dimension: int, dropout: float = 0.1, **kwargs: Any):
        super().__init__(**kwargs)
        self.dimension = dimension
        self.dropout = dropout
        self.prototypes = tf.keras.layers.Dense(dimension, use_bias=False, name="prototypes")
        self.projection = tf.keras.layers.Dense(dimension, name="projection")
        self.normalization = tf.keras.layers.LayerNormalization(name="normalization")
        self.hidden = tf.keras.layers.Dense(2 * dimension, activation="gelu", name="hidden")
        self.update = tf.keras.layers.Dense(dimension, name="update")
        # A small start: an untrained text must not outweigh the id embeddings, which are small.
        self.output_projection = tf.keras.layers.Dense(
            dimension,
            kernel_initializer=tf.keras.initializers.RandomNormal(stddev=0.01),
            name="output_projection",
        )
        self.input_dropout = tf.keras.layers.Dropout(dropout, name="input_dropout")
        self.hidden_dropout = tf.keras.layers.Dropout(dropout, name="hidden_dropout")

    def build(self, input_shape: Sequence[Sequence[int | None]]) -> None:
        """Creates the weights.

        Args:
            input_shape: `([batch, num_motivations], [batch, text_dimension])`.
        """
        num_motivations, text_dimension = (int(shape[-1] or 0) for shape in input_shape)
        for name, width in (("weights", num_motivations), ("vector", text_dimension)):
            for statistic, initializer in (("mean", "zeros"), ("scale", "ones")):
                weight = self.add_weight(
                    name=f"{name}_{statistic}",
                    shape=(width,),
                    initializer=initializer,
                    trainable=False,
                )
                setattr(self, f"{name}_{statistic}", weight)
        self.prototypes.build((None, num_motivations))
        self.projection.build((None, text_dimension))
        self.normalization.build((None, self.dimension))
        self.hidden.build((None, self.dimension))
        self.update.build((None, 2 * self.dimension))
        self.output_projection.build((None, self.dimension))
        super().build(input_shape)

    def adapt(self, motivation_weights: np.ndarray, text_vectors: np.ndarray) -> None:
        """Sets the standardisation to the mean and deviation of the given rows.

        Args:
            motivation_weights: float `[num_owners, num_motivations]` of owners with text.
            text_vectors: float `[num_owners, text_dimension]`.
        """
        if not self.built:
            self.build((motivation_weights.shape, text_vectors.shape))
        if not len(motivation_weights):
            return
        for name, values in (("weights", motivation_weights), ("vector", text_vectors)):
            deviation = values.std(axis=0)
            # A column that never varies stays as it is instead of being blown up.
            scale = np.where(deviation > 1e-6, deviation, 1.0)
            getattr(self, f"{name}_mean").assign(values.mean(axis=0))
            getattr(self, f"{name}_scale").assign(scale)

    def call(self, inputs: Sequence[tf.Tensor], training: bool | None = None) -> tf.Tensor:
        """Encodes a batch.

        Args:
            inputs: motivation weights, float32 `[batch, num_motivations]`, and text vectors,
                float32 `[batch, text_dimension]`.
            training: whether dropout is on.

        Returns:
            float32 `[batch, dimension]`.
        """
        weights, vector = inputs
        weights = (weights - self.weights_mean) / self.weights_scale
        vector = (vector - self.vector_mean) / self.vector_scale
        mixed = self.prototypes(self.input_dropout(weights, training=training))
        projected = self.projection(self.input_dropout(vector, training=training))
        state = self.normalization(mixed + projected)
        hidden = self.hidden_dropout(self.hidden(state), training=training)
        return self.output_projection(state + self.update(hidden))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), "dimension": self.dimension, "dropout": self.dropout}
