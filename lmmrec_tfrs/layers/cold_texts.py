"""What is known of each owner without a review."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers import owner_features
from lmmrec_tfrs.layers.owner_features import Features
from lmmrec_tfrs.layers.owner_text_table import OwnerTextTable, Shapes


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class ColdTexts(OwnerTextTable):
    """Looks up the motivations of the texts that are there before anybody had the item.

    Reviews come with behaviour: an owner that is to be placed as if it had none must not be placed
    by them. Only training reads this table: of an owner that really is cold, these are all texts.

    See `OwnerTextTable` for the arguments.
    """

    def row_shapes(self) -> Shapes:
        """The shape of one owner's row in each table, by the name of the table."""
        return {
            "weights_table": (self.num_motivations,),
            "vector_table": (self.text_dimension,),
            "text_counts": (),
        }

    def set_tables(self, weights: np.ndarray, vectors: np.ndarray, text_counts: np.ndarray) -> None:
        """Fills the tables.

        Args:
            weights: float `[num_owners, num_motivations]`.
            vectors: float `[num_owners, text_dimension]`.
            text_counts: int `[num_owners]`; 0 where there is no such text.
        """
        self.fill(weights_table=weights, vector_table=vectors, text_counts=text_counts)

    def call(self, inputs: tf.Tensor) -> Features:
        """Looks up rows.

        Args:
            inputs: int64 `[batch]`, each from 0 to `num_owners`.

        Returns:
            `cold_motivation_weights` float32 `[batch, num_motivations]`, `cold_text_vector` float32
            `[batch, text_dimension]`, `cold_text_count` float32 `[batch]`.
        """
        return {
            owner_features.COLD_MOTIVATION_WEIGHTS: tf.gather(self.weights_table, inputs),
            owner_features.COLD_TEXT_VECTOR: tf.gather(self.vector_table, inputs),
            owner_features.COLD_TEXT_COUNT: tf.gather(self.text_counts, inputs),
        }
