"""What two disjoint halves of each owner's texts say."""

from typing import Any

import numpy as np
import tensorflow as tf


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class TextHalves(tf.keras.layers.Layer):
    """Looks up the motivation weights and text vectors of the halves of an owner's texts.

    Only training reads them: they are no part of an exported tower.

    Args:
        num_owners: how many owners the tables hold.
        num_motivations: K, the width of the motivation weights.
        text_dimension: E, the width of the text vectors.
    """

    def __init__(self, num_owners: int, num_motivations: int, text_dimension: int, **kwargs: Any):
        super().__init__(**{"trainable": False, **kwargs, "dtype": "float32"})
        self.num_owners = num_owners
        self.num_motivations = num_motivations
        self.text_dimension = text_dimension

    def build(self, input_shape: Any = None) -> None:
        """Creates the tables, without any halves."""
        for name, width in (
            ("half_weights", (2, self.num_motivations)),
            ("half_vectors", (2, self.text_dimension)),
            ("has_halves", ()),
        ):
            table = self.add_weight(
                name, (self.num_owners, *width), initializer="zeros", trainable=False
            )
            setattr(self, name, table)
        super().build(input_shape)

    def set_tables(self, weights: np.ndarray, vectors: np.ndarray, has_halves: np.ndarray) -> None:
        """Fills the tables.

        Args:
            weights: float `[num_owners, 2, num_motivations]`.
            vectors: float `[num_owners, 2, text_dimension]`.
            has_halves: bool `[num_owners]`, who has two texts or more.
        """
        if not self.built:
            self.build(None)
        self.half_weights.assign(weights)
        self.half_vectors.assign(vectors)
        self.has_halves.assign(has_halves.astype(np.float32))

    def call(self, inputs: tf.Tensor) -> tuple[list[tf.Tensor], list[tf.Tensor], tf.Tensor]:
        """Looks up rows.

        Args:
            inputs: int64 `[batch]`, each from 0 to `num_owners` - 1.

        Returns:
            Of the first and of the second half, motivation weights float32 `[batch, K]` and text
            vectors float32 `[batch, E]`; and who has halves, bool `[batch]`.
        """
        weights, vectors = (
            tf.gather(self.half_weights, inputs),
            tf.gather(self.half_vectors, inputs),
        )
        first, second = ([weights[:, half], vectors[:, half]] for half in (0, 1))
        return first, second, tf.gather(self.has_halves, inputs) > 0.0

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "num_owners": self.num_owners,
            "num_motivations": self.num_motivations,
            "text_dimension": self.text_dimension,
        }
