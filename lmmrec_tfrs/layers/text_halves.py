"""What two disjoint halves of each owner's texts say."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers.owner_text_table import OwnerTextTable, Shapes


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class TextHalves(OwnerTextTable):
    """Looks up the motivation weights and text vectors of the halves of an owner's texts.

    Only training reads them: they are no part of an exported tower.

    See `OwnerTextTable` for the arguments.
    """

    def row_shapes(self) -> Shapes:
        """The shape of one owner's row in each table, by the name of the table."""
        return {
            "half_weights": (2, self.num_motivations),
            "half_vectors": (2, self.text_dimension),
            "has_halves": (),
        }

    def set_tables(self, weights: np.ndarray, vectors: np.ndarray, has_halves: np.ndarray) -> None:
        """Fills the tables.

        Args:
            weights: float `[num_owners, 2, num_motivations]`.
            vectors: float `[num_owners, 2, text_dimension]`.
            has_halves: bool `[num_owners]`, who has two texts or more.
        """
        self.fill(half_weights=weights, half_vectors=vectors, has_halves=has_halves)

    def call(self, inputs: tf.Tensor) -> tuple[list[tf.Tensor], list[tf.Tensor], tf.Tensor]:
        """Looks up rows.

        Args:
            inputs: int64 `[batch]`, each from 0 to `num_owners`.

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
