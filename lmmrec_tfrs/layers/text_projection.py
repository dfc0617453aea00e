"""Projects a sentence encoder's vectors onto what differs between texts."""

from typing import Any

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers.config_shaped import ConfigShaped


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class TextProjection(ConfigShaped, tf.keras.layers.Layer):
    """The leading principal components of text vectors, each of about unit variance.

        z = (v - μ) A / √(λ + ε λ₁)

    A sentence encoder's vectors share most of one direction; whitened, what differs between
    them counts (Su et al., "Whitening Sentence Representations", 2021). The damping ε keeps faint
    components from being blown up to the size of strong ones, for who reads z as it is;
    `TextualMotivationEncoder` standardises its inputs, and makes them alike. Fitted once, the
    projection is applied to whole tables before training, which then reads narrow vectors; kept
    with the towers, it places texts that come later.

    Args:
        text_dimension: E, the width of the text vectors.
        dimension: how many components are kept, at most E.
        damping: ε, as a share of the greatest variance λ₁.

    Example: all texts differ in one direction only.

    >>> layer = TextProjection(text_dimension=2, dimension=1, damping=0.0)
    >>> layer.adapt(np.array([[1.0, 1.0], [1.0, 3.0]], np.float32))
    >>> np.abs(layer(tf.constant([[1.0, 4.0]])).numpy()).tolist()
    [[2.0]]
    """

    def __init__(self, text_dimension: int, dimension: int, damping: float = 0.01, **kwargs: Any):
        super().__init__(**{"trainable": False, **kwargs, "dtype": "float32"})
        if not 0 <= dimension <= text_dimension or damping < 0.0:
            raise ValueError(
                "expected a dimension from 0 to the width of the text vectors, "
                f"{text_dimension}, and a damping of at least 0, received {dimension} and "
                f"{damping}."
            )
        self.text_dimension = text_dimension
        self.dimension = dimension
        self.damping = damping

    def build(self, input_shape: Any = None) -> None:
        """Creates the mean and the matrix; the shapes follow from the config alone."""
        for name, shape in (
            ("mean", (self.text_dimension,)),
            ("matrix", (self.text_dimension, self.dimension)),
        ):
            setattr(self, name, self.add_weight(name, shape, initializer="zeros", trainable=False))
        super().build(input_shape)

    def adapt(self, text_vectors: np.ndarray) -> None:
        """Fits mean and components.

        Args:
            text_vectors: float `[num_texts, text_dimension]`.
        """
        if not self.built:
            self.build(None)
        if not len(text_vectors) or not self.dimension:
            return
        values = np.asarray(text_vectors, np.float64)
        mean = values.mean(axis=0)
        covariance = (values - mean).T @ (values - mean) / len(values)
        variances, directions = np.linalg.eigh(covariance)
        leading = np.argsort(-variances, kind="stable")[: self.dimension]
        directions = directions[:, leading]
        # Eigenvectors have no sign of their own: the greatest entry is made positive.
        greatest = np.abs(directions).argmax(axis=0)
        directions = directions * np.sign(directions[greatest, np.arange(len(leading))])
        scale = np.maximum(variances[leading] + self.damping * variances.max(), 1e-12)
        self.mean.assign(mean)
        self.matrix.assign(directions / np.sqrt(scale))

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Projects vectors.

        Args:
            inputs: float32 `[batch, text_dimension]`.

        Returns:
            float32 `[batch, dimension]`.
        """
        return tf.matmul(inputs - self.mean, self.matrix)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "text_dimension": self.text_dimension,
            "dimension": self.dimension,
            "damping": self.damping,
        }
