"""The textual motivation encoder: what an owner's texts say, as a vector of the towers' space."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers.seeded_dropout import SeededDropout


def _small() -> tf.keras.initializers.Initializer:
    """An untrained text must not outweigh the id embeddings, which start small."""
    return tf.keras.initializers.RandomNormal(stddev=0.01)


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class TextualMotivationEncoder(tf.keras.layers.Layer):
    """Maps named motivation weights w and a text vector v to one embedding.

        t = w̃ P + ṽ V

    where w̃ and ṽ are standardised (see `adapt`) and row k of P is the prototype of motivation k: a
    vector of the towers' space, with which behaviour can be compared. With `hidden_multiple` a
    residual network follows, t + gelu(t H) U; it costs more than all the rest.

    Args:
        dimension: the width of the output.
        dropout: rate on the features, for the whole batch at once, and on the hidden layer.
        hidden_multiple: the width of the hidden layer in dimensions; 0 for none.
        seed: of the dropout; None takes one from the global generator.

    Example: an owner one deviation above the others in the one named motivation that there is.

    >>> layer = TextualMotivationEncoder(dimension=2)
    >>> layer.build(((None, 1), (None, 1)))
    >>> _ = layer.kernel.assign([[3.0, 4.0], [5.0, 6.0]])  # P over V
    >>> layer([tf.constant([[1.0]]), tf.constant([[0.0]])]).numpy().tolist()
    [[3.0, 4.0]]
    """

    def __init__(
        self,
        dimension: int,
        dropout: float = 0.1,
        hidden_multiple: int = 0,
        seed: int | None = None,
        **kwargs: Any,
    ):
        # Rounded before they are standardised, features would lose what tells owners apart.
        super().__init__(**{"autocast": False, **kwargs})
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
        self.feature_dropout = SeededDropout(dropout, seed, name="feature_dropout", dtype="float32")
        if hidden_multiple:
            self.hidden = tf.keras.layers.Dense(
                hidden_multiple * dimension, activation="gelu", name="hidden", dtype=policy
            )
            self.update = tf.keras.layers.Dense(
                dimension, kernel_initializer=_small(), name="update", dtype=policy
            )
            self.hidden_dropout = SeededDropout(
                dropout, None if seed is None else seed + 1, name="hidden_dropout", dtype=policy
            )

    def build(self, input_shape: Sequence[Sequence[int | None]]) -> None:
        """Creates the weights.

        Args:
            input_shape: `([batch, num_motivations], [batch, text_dimension])`.

        Raises:
            ValueError: it is of another form.
        """
        if len(input_shape) != 2 or isinstance(input_shape[0], int | None):
            raise ValueError(
                "expected two inputs, motivation weights [batch, num_motivations] and text vectors "
                f"[batch, text_dimension], received {input_shape}: without text vectors, give some "
                "of width 0."
            )
        num_motivations, text_dimension = (int(shape[-1] or 0) for shape in input_shape)
        num_features = num_motivations + text_dimension
        for name, initializer in (("input_mean", "zeros"), ("input_scale", "ones")):
            weight = self.add_weight(
                name=name,
                shape=(num_features,),
                initializer=initializer,
                trainable=False,
                experimental_autocast=False,
            )
            setattr(self, name, weight)
        # P over V: one product, and one variable for the optimiser, are cheaper than two. It is
        # standardised in float32, before it is cast.
        self.kernel = self.add_weight(
            name="kernel",
            shape=(num_features, self.dimension),
            initializer=_small(),
            experimental_autocast=False,
        )
        self.num_motivations = num_motivations
        if self.hidden_multiple:
            self.hidden.build((None, self.dimension))
            self.update.build((None, self.hidden_multiple * self.dimension))
        super().build(input_shape)

    @property
    def prototypes(self) -> tf.Tensor:
        """P, float32 `[num_motivations, dimension]`: what the named weights mix.

        Raises:
            ValueError: the layer has no weights yet.
        """
        if not self.built:
            raise ValueError("expected a built layer: call adapt, build or the layer first.")
        return tf.convert_to_tensor(self.kernel)[: self.num_motivations]

    def prototype_embeddings(self) -> tf.Tensor:
        """What the layer makes of each named motivation alone, `[num_motivations, dimension]`."""
        return self._refine(tf.cast(self.prototypes, self.compute_dtype))

    def adapt(self, motivation_weights: np.ndarray, text_vectors: np.ndarray) -> None:
        """Sets the standardisation to the mean and deviation of the given rows.

        Without it, a sentence encoder's vectors are mostly the same direction, and the
        differences between owners are drowned.

        Args:
            motivation_weights: float `[num_owners, num_motivations]` of owners with text.
            text_vectors: float `[num_owners, text_dimension]`.

        Raises:
            ValueError: they have different numbers of rows.
        """
        if len(motivation_weights) != len(text_vectors):
            raise ValueError(
                "expected motivation weights and text vectors of the same owners, received "
                f"{len(motivation_weights)} and {len(text_vectors)} rows."
            )
        if not self.built:
            self.build((motivation_weights.shape, text_vectors.shape))
        if not len(motivation_weights):
            return
        values = np.concatenate([motivation_weights, text_vectors], axis=1)
        deviation = values.std(axis=0)
        self.input_mean.assign(values.mean(axis=0))
        # A column that never varies, but for rounding, stays as it is instead of being blown up.
        self.input_scale.assign(np.where(deviation > 1e-5, deviation, 1.0))

    def standardize(self, inputs: Sequence[tf.Tensor]) -> tf.Tensor:
        """Both inputs side by side, in deviations from the mean.

        Args:
            inputs: see `call`.

        Returns:
            float32 `[batch, num_motivations + text_dimension]`.
        """
        return self._centre(inputs) / self.input_scale

    def _centre(self, inputs: Sequence[tf.Tensor]) -> tf.Tensor:
        values = tf.concat([tf.cast(part, tf.float32) for part in inputs], axis=1)
        return values - self.input_mean

    def encode(self, standardized: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Encodes what `standardize` returned, with noise added to it or not; see `call`."""
        return self._mix(standardized, self._kept_kernel(training), training)

    def _kept_kernel(self, training: bool | None) -> tf.Tensor:
        """The kernel without the features that are dropped from this batch.

        Dropping them for all rows alike takes a number a feature, not one for each of each row's.
        """
        kernel = tf.convert_to_tensor(self.kernel)
        kept = self.feature_dropout(tf.ones([kernel.shape[0], 1]), training=training)
        return kernel * kept

    def _mix(self, features: tf.Tensor, kernel: tf.Tensor, training: bool | None) -> tf.Tensor:
        values = tf.cast(features, self.compute_dtype)
        return self._refine(tf.matmul(values, tf.cast(kernel, values.dtype)), training)

    def _refine(self, mixed: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """The residual network, where there is one."""
        if not self.hidden_multiple:
            return mixed
        hidden = self.hidden_dropout(self.hidden(mixed), training=training)
        return mixed + self.update(hidden)

    def call(self, inputs: Sequence[tf.Tensor], training: bool | None = None) -> tf.Tensor:
        """Encodes a batch.

        Args:
            inputs: motivation weights, float32 `[batch, num_motivations]`, and text vectors,
                float32 `[batch, text_dimension]`.
            training: whether dropout is on.

        Returns:
            `[batch, dimension]`, in the layer's compute dtype.
        """
        if self.compute_dtype != "float32":
            # Features that hardly vary would need a kernel greater than half precision holds.
            return self.encode(self.standardize(inputs), training=training)
        # The scale goes to the kernel instead of the rows: the same, and the kernel is smaller.
        kernel = self._kept_kernel(training) / self.input_scale[:, tf.newaxis]
        return self._mix(self._centre(inputs), kernel, training)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "dimension": self.dimension,
            "dropout": self.dropout,
            "hidden_multiple": self.hidden_multiple,
            "seed": self.seed,
        }
