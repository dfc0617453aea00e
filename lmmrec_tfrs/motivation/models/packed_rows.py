"""Rows of tokens of different lengths, laid end to end."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf


class PackedRows(NamedTuple):
    """Tokens of a batch of rows without padding, and where each stands in its row.

    NumPy arrays, or tensors of the same shapes. A token may attend to any others of its row,
    as in a tree.

    Attributes:
        token_ids: int32 `[num_tokens]`, row after row.
        positions: for the positional embedding, int32 `[num_tokens]`.
        slots: for each row the indices of its tokens, padded with any, int32
            `[batch, length]`.
        places: where a token is found in `slots` read row by row, int32 `[num_tokens]`.
        mask: true where a row's token attends to another, bool `[batch, length, length]`.
        predicting: places within the row after which a token is predicted, int32
            `[batch, num_predicting]`.
    """

    token_ids: Any
    positions: Any
    slots: Any
    places: Any
    mask: Any
    predicting: Any

    @classmethod
    def causal(cls, rows: Sequence[Sequence[int]]) -> "PackedRows":
        """Rows in which each token attends to itself and those before; the last one predicts.

        >>> packed = PackedRows.causal([[5, 6, 7], [8]])
        >>> packed.token_ids.tolist(), packed.positions.tolist()
        ([5, 6, 7, 8], [0, 1, 2, 0])
        >>> packed.slots.tolist(), packed.predicting.tolist()
        ([[0, 1, 2], [3, 0, 0]], [[2], [0]])
        """
        lengths = [len(row) for row in rows]
        causal = np.tri(max(lengths), dtype=bool)
        return cls.pack(
            [np.asarray(row) for row in rows],
            [np.arange(length) for length in lengths],
            np.repeat(causal[None], len(rows), axis=0),
            np.asarray(lengths)[:, None] - 1,
        )

    @classmethod
    def pack(
        cls,
        token_ids: Sequence[np.ndarray],
        positions: Sequence[np.ndarray],
        mask: np.ndarray,
        predicting: np.ndarray,
    ) -> "PackedRows":
        """Lays rows end to end.

        Args:
            token_ids: those of each row, `[row_length]`.
            positions: likewise.
            mask: `[batch, length, length]`, no row being longer than `length`.
            predicting: `[batch, num_predicting]`.
        """
        length = mask.shape[1]
        slots = np.zeros((len(token_ids), length), dtype=np.int32)
        places = []
        count = 0
        for row, ids in enumerate(token_ids):
            slots[row, : len(ids)] = np.arange(count, count + len(ids))
            places.append(row * length + np.arange(len(ids)))
            count += len(ids)
        return cls(
            np.concatenate(token_ids).astype(np.int32),
            np.concatenate(positions).astype(np.int32),
            slots,
            np.concatenate(places).astype(np.int32),
            mask,
            predicting.astype(np.int32),
        )

    def tensors(self) -> "PackedRows":
        """The same as tensors."""
        return PackedRows(*(tf.constant(field) for field in self))

    @staticmethod
    def signature(num_predicting: int | None) -> "PackedRows":
        """The shapes and types, for `tf.function`."""
        return PackedRows(
            token_ids=tf.TensorSpec([None], tf.int32),
            positions=tf.TensorSpec([None], tf.int32),
            slots=tf.TensorSpec([None, None], tf.int32),
            places=tf.TensorSpec([None], tf.int32),
            mask=tf.TensorSpec([None, None, None], tf.bool),
            predicting=tf.TensorSpec([None, num_predicting], tf.int32),
        )
