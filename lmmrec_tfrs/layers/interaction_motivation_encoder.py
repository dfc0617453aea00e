"""The interaction motivation encoder: which named motivations an owner's behaviour shows."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class InteractionMotivationEncoder(tf.keras.layers.Layer):
    """Soft-assigns interaction embeddings to prototypes of the named motivations.

        assignment = softmax(cos(e, P) / τ),    r = assignment · P

    The K rows of P are those that the `TextualMotivationEncoder` mixes by the named weights, so
    that prototype k means motivation k of the taxonomy on both sides. The logits are cosines:
    the norm of an interaction embedding grows with popularity and with training, and would
    otherwise decide how sharp the assignment is. With K = 0 the result is zero.

    Take `TextualMotivationEncoder.prototypes` in the `call` of a layer or a model of your own: what
    a functional model is given beside its inputs stays as it is.

    Args:
        temperature: τ, what the cosines are divided by.

    Example: at temperature 1, e points at the first of two orthogonal prototypes.

    >>> layer = InteractionMotivationEncoder(temperature=1.0)
    >>> motivation, assignment = layer([tf.constant([[5.0, 0.0]]), 2.0 * tf.eye(2)])
    >>> assignment.numpy().round(4), motivation.numpy().round(4)  # e / (1 + e)
    (array([[0.7311, 0.2689]], dtype=float32), array([[1.4621, 0.5379]], dtype=float32))
    """

    def __init__(self, temperature: float = 0.2, **kwargs: Any):
        super().__init__(**kwargs)
        if not temperature > 0.0:
            raise ValueError(f"expected a temperature above 0, received {temperature}.")
        self.temperature = temperature

    def __call__(self, inputs: Sequence[tf.Tensor], *args: Any, **kwargs: Any) -> Any:
        """Runs the layer; see `call`.

        Raises:
            ValueError: the embeddings are a functional model's, and the prototypes are numbers.
        """
        symbolic = [tf.keras.backend.is_keras_tensor(part) for part in inputs]
        if symbolic == [True, False]:
            raise ValueError(
                "expected prototypes that follow their encoder, received fixed ones: a functional "
                "model would keep those of now and never train them. Call both encoders in the "
                "call of a layer or a model of your own."
            )
        return super().__call__(inputs, *args, **kwargs)

    def call(self, inputs: Sequence[tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """Encodes a batch.

        Args:
            inputs: interaction embeddings, float32 `[batch, dimension]`, and prototypes, float32
                `[K, dimension]`.

        Returns:
            The motivations r, `[batch, dimension]`, and the assignment, `[batch, K]`, whose rows
            sum to 1 where K > 0; both in the dtype of the embeddings.
        """
        embedding, prototypes = inputs
        prototypes = tf.cast(prototypes, embedding.dtype)
        if prototypes.shape[0] == 0:
            return tf.zeros_like(embedding), tf.zeros_like(embedding[:, :0])
        directions, targets = (
            tf.math.l2_normalize(tf.cast(rows, tf.float32), axis=1, epsilon=1e-12)
            for rows in (embedding, prototypes)
        )
        cosines = tf.matmul(directions, targets, transpose_b=True)
        assignment = tf.cast(tf.nn.softmax(cosines / self.temperature), embedding.dtype)
        return tf.matmul(assignment, prototypes), assignment

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), "temperature": self.temperature}
