"""Tables of owners' texts that only training reads."""

from typing import Any

import numpy as np
import tensorflow as tf

Shapes = dict[str, tuple[int, ...]]


class OwnerTextTable(tf.keras.layers.Layer):
    """Motivation weights and text vectors by the row of their owner; no part of an exported tower.

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

    def row_shapes(self) -> Shapes:
        """The shape of one owner's row in each table, by the name of the table."""
        raise NotImplementedError

    def build(self, input_shape: Any = None) -> None:
        """Creates the tables, without any text; their last row stays so, for ids never seen."""
        for name, shape in self.row_shapes().items():
            table = self.add_weight(
                name, (self.num_owners + 1, *shape), initializer="zeros", trainable=False
            )
            setattr(self, name, table)
        super().build(input_shape)

    def fill(self, **tables: np.ndarray) -> None:
        """Fills tables.

        Args:
            tables: by name, float `[num_owners, ...]` each.
        """
        if not self.built:
            self.build(None)
        for name, values in tables.items():
            nobody = np.zeros((1, *values.shape[1:]), np.float32)
            getattr(self, name).assign(np.concatenate([values.astype(np.float32), nobody]))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "num_owners": self.num_owners,
            "num_motivations": self.num_motivations,
            "text_dimension": self.text_dimension,
        }
