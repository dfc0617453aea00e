"""The textual motivation encoder: what an owner's texts say, as a vector of the towers' space."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers.seeded_dropout import SeededDropout


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class TextualMotivationEncoder(tf.keras.layers.Layer):
    """Maps named motivation weights w and a text vector v to one embedding.

        s = RMSNorm(w̃ P + ṽ V + b),    t = s O + c

    where w̃ and ṽ are standardised (see `adapt`) and row k of P is the prototype of motivation k.
    The norm (RMSNorm, Zhang and Sennrich, 2019) makes owners with much and with little to say
    comparable. With `hidden_multiple` the normalised sum goes through a residual network first,
    s + gelu(s H) U; it costs more than all the rest.

    Args:
        dimension: the width of the output.
        dropout: rate on the standardised inputs and on the hidden layer.
        hidden_multiple: the width of the hidden layer in dimensions; 0 for none.
        seed: of the dropout; None takes one from the global generator.
    """

    def __init__(
        self,
        dimension: int,
        dropout: float = 0.1,
        hidden_multiple: int = 0,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if dimension < 1 or hidden_multiple < 0:
            raise ValueError(
                "expected a dimension of at least 1 and a hidden_multiple of at least 0, received "
                f"{dimension} and {hidden_multiple}."
            )
        self.dimension = dimension
        self.dropout = dropout
        self.hidden_multiple = hidden_multiple
        self.seed = seed
        policy = self.dtype_policy
        self.input_dropout = SeededDropout(dropout, seed, name="input_dropout", dtype=policy)
        # A small start: an untrained text must not outweigh the id embeddings, which are small.
        self.output_projection = tf.keras.layers.Dense(
            dimension,
            kernel_initializer=tf.keras.initializers.RandomNormal(stddev=0.01),
            name="output_projection",
            dtype=policy,
        )
        if hidden_multiple:
            self.hidden = tf.keras.layers.Dense(
                hidden_multiple * dimension, activation="gelu", name="hidden", dtype=policy
            )
            self.update = tf.keras.layers.Dense(dimension, name="update", dtype=policy)
            self.hidden_dropout = SeededDropout(
                dropout, None if seed is None else seed + 1, name="hidden_dropout", dtype=policy
            )

    def build(self, input_shape: Sequence[Sequence[int | None]]) -> None:
        """Creates the weights.

        Args:
            input_shape: `([batch, num_motivations], [batch, text_dimension])`.
        """
        num_motivations, text_dimension = (int(shape[-1] or 0) for shape in input_shape)
        for name, initializer in (("input_mean", "zeros"), ("input_scale", "ones")):
            weight = self.add_weight(
                name=name,
                shape=(num_motivations + text_dimension,),
                initializer=initializer,
                trainable=False,
                experimental_autocast=False,
            )
            setattr(self, name, weight)
        self.prototype_kernel = self.add_weight(
            name="prototypes", shape=(num_motivations, self.dimension)
        )
        self.projection_kernel = self.add_weight(
            name="projection", shape=(text_dimension, self.dimension)
        )
        self.bias = self.add_weight(name="bias", shape=(self.dimension,), initializer="zeros")
        if self.hidden_multiple:
            self.hidden.build((None, self.dimension))
            self.update.build((None, self.hidden_multiple * self.dimension))
        self.output_projection.build((None, self.dimension))
        super().build(input_shape)

    @property
    def prototypes(self) -> tf.Variable:
        """P, float32 `[num_motivations, dimension]`: what the named weights mix.

        Raises:
            ValueError: the layer has no weights yet.
        """
        if not self.built:
            raise ValueError("expected a built layer: call adapt, build or the layer first.")
        return self.prototype_kernel

    def prototype_embeddings(self) -> tf.Tensor:
        """What the layer makes of each named motivation alone, `[num_motivations, dimension]`.

        The rows of P are mixed before the norm and the output projection; these lie where the
        layer's outputs do, so that behaviour can be compared with them.
        """
        alone = tf.eye(*self.prototypes.shape[:1], self.input_mean.shape[0])
        return self.encode(alone)

    def adapt(self, motivation_weights: np.ndarray, text_vectors: np.ndarray) -> None:
        """Sets the standardisation to the mean and deviation of the given rows.

        Without it, a sentence encoder's vectors are mostly the same direction, and the
        differences between owners are drowned.

        Args:
            motivation_weights: float `[num_owners, num_motivations]` of owners with text.
            text_vectors: float `[num_owners, text_dimension]`.
        """
        if not self.built:
            self.build((motivation_weights.shape, text_vectors.shape))
        if not len(motivation_weights):
            return
        values = np.concatenate([motivation_weights, text_vectors], axis=1)
        deviation = values.std(axis=0)
        self.input_mean.assign(values.mean(axis=0))
        # A column that never varies stays as it is instead of being blown up.
        self.input_scale.assign(np.where(deviation > 1e-6, deviation, 1.0))

    def standardize(self, inputs: Sequence[tf.Tensor]) -> tf.Tensor:
        """Both inputs side by side, in deviations from the mean.

        Args:
            inputs: see `call`.

        Returns:
            float32 `[batch, num_motivations + text_dimension]`.
        """
        values = tf.concat([tf.cast(part, tf.float32) for part in inputs], axis=1)
        return (values - self.input_mean) / self.input_scale

    def encode(self, standardized: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Encodes what `standardize` returned, with noise added to it or not; see `call`."""
        # One product of both inputs is cheaper than a product each.
        kernel = tf.concat([self.prototype_kernel, self.projection_kernel], axis=0)
        values = tf.cast(standardized, self.compute_dtype)
        values = self.input_dropout(values, training=training)
        values = tf.matmul(values, tf.cast(kernel, values.dtype)) + tf.cast(self.bias, values.dtype)
        mean_square = tf.reduce_mean(tf.square(values), axis=1, keepdims=True)
        state = values * tf.math.rsqrt(mean_square + 1e-6)
        if self.hidden_multiple:
            hidden = self.hidden_dropout(self.hidden(state), training=training)
            state += self.update(hidden)
        return self.output_projection(state)

    def call(self, inputs: Sequence[tf.Tensor], training: bool | None = None) -> tf.Tensor:
        """Encodes a batch.

        Args:
            inputs: motivation weights, float32 `[batch, num_motivations]`, and text vectors,
                float32 `[batch, text_dimension]`.
            training: whether dropout is on.

        Returns:
            float32 `[batch, dimension]`.
        """
        return self.encode(self.standardize(inputs), training=training)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "dimension": self.dimension,
            "dropout": self.dropout,
            "hidden_multiple": self.hidden_multiple,
            "seed": self.seed,
        }
