"""The loss that a moving average of the model teaches with."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from lmmrec_tfrs.losses.interaction_text_correspondence import interaction_text_correspondence


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class InteractionTextCorrespondence(tf.keras.layers.Layer):
    """KL from the teacher's soft correspondence of interactions and texts to the student's.

    See `losses.interaction_text_correspondence`; the teacher's sides come from layers run by an
    `EmaTeacher`.

    Args:
        temperature: what the student's cosines are divided by.
        teacher_temperature: what the teacher's are divided by; None for the same.

    Example: a teacher that knows nothing of one who is sure, at temperature 1.

    >>> sure, unsure = (tf.eye(2), tf.eye(2)), (tf.ones([2, 2]), tf.ones([2, 2]))
    >>> layer = InteractionTextCorrespondence(temperature=1.0)
    >>> loss = layer(sure, unsure, tf.constant([0, 1]), tf.ones(2, tf.bool))
    >>> round(float(loss), 4)  # log(1 + e) - log(2) - 1 / 2
    0.1201
    """

    def __init__(
        self, temperature: float = 0.2, teacher_temperature: float | None = None, **kwargs: Any
    ):
        # Losses are computed in float32, whatever precision the model has.
        super().__init__(**{**kwargs, "dtype": "float32"})
        for value in (temperature, teacher_temperature):
            if value is not None and not value > 0.0:
                raise ValueError(f"expected temperatures above 0, received {value}.")
        self.temperature = temperature
        self.teacher_temperature = teacher_temperature

    def call(
        self,
        inputs: Sequence[tf.Tensor],
        teacher: Sequence[tf.Tensor],
        owners: tf.Tensor,
        valid: tf.Tensor,
    ) -> tf.Tensor:
        """The loss of a batch.

        Args:
            inputs: the student's interactions and texts, float32 `[batch, dimension]` each.
            teacher: the teacher's; no gradient flows to them.
            owners: int64 `[batch]`, whose sides they are.
            valid: bool `[batch]`, who has both.

        Returns:
            float32 scalar.
        """
        return interaction_text_correspondence(
            (inputs[0], inputs[1]),
            (teacher[0], teacher[1]),
            owners,
            valid,
            self.temperature,
            self.teacher_temperature,
        )

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "temperature": self.temperature,
            "teacher_temperature": self.teacher_temperature,
        }
