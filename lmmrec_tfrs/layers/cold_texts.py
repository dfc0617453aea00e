"""What is known of each owner without a review."""

from typing import Any

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers import owner_features
from lmmrec_tfrs.layers.owner_features import Features


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class ColdTexts(tf.keras.layers.Layer):
    """Looks up the motivations of the texts that are there before anybody had the item.

    Reviews come with behaviour: an owner that is to be placed as if it had none must not be placed
    by them. Only training reads this table: of an owner that really is cold, these are all texts.

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
        """Creates the tables, without any text."""
        for name, width in (
            ("weights_table", (self.num_motivations,)),
            ("vector_table", (self.text_dimension,)),
            ("text_counts", ()),
        ):
            table = self.add_weight(
                name, (self.num_owners, *width), initializer="zeros", trainable=False
            )
            setattr(self, name, table)
        super().build(input_shape)

    def set_tables(self, weights: np.ndarray, vectors: np.ndarray, text_counts: np.ndarray) -> None:
        """Fills the tables.

        Args:
            weights: float `[num_owners, num_motivations]`.
            vectors: float `[num_owners, text_dimension]`.
            text_counts: int `[num_owners]`; 0 where there is no such text.
        """
        if not self.built:
            self.build(None)
        self.weights_table.assign(weights)
        self.vector_table.assign(vectors)
        self.text_counts.assign(text_counts.astype(np.float32))

    def call(self, inputs: tf.Tensor) -> Features:
        """Looks up rows.

        Args:
            inputs: int64 `[batch]`, each from 0 to `num_owners` - 1.

        Returns:
            `cold_motivation_weights` float32 `[batch, num_motivations]`, `cold_text_vector` float32
            `[batch, text_dimension]`, `cold_text_count` float32 `[batch]`.
        """
        return {
            owner_features.COLD_MOTIVATION_WEIGHTS: tf.gather(self.weights_table, inputs),
            owner_features.COLD_TEXT_VECTOR: tf.gather(self.vector_table, inputs),
            owner_features.COLD_TEXT_COUNT: tf.gather(self.text_counts, inputs),
        }

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "num_owners": self.num_owners,
            "num_motivations": self.num_motivations,
            "text_dimension": self.text_dimension,
        }
