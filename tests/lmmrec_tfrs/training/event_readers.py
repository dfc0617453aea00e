"""The planted world as events, and a reader of its texts."""

import types
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tests.lmmrec_tfrs.training.planted import NUM_BLOCKS, planted_data


class BlockReader:
    """Reads the number of a block, the first character of a text; remembers what it was given."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def read(self, texts: Sequence[str]) -> list[types.SimpleNamespace]:
        """One motivation for each block."""
        self.calls.append(list(texts))
        blocks = np.eye(NUM_BLOCKS, dtype=np.float32)
        return [
            types.SimpleNamespace(weights=blocks[int(text[0])], vector=blocks[int(text[0])])
            for text in texts
        ]


def planted_columns(timestamps: bool = False) -> dict[str, np.ndarray]:
    """Events by id, whose texts name the block of user and item; the order of time is random."""
    data = planted_data()
    users, items = data.train_pairs.T
    columns = {
        "user_id": np.array(data.users.ids)[users],
        "item_id": np.array(data.items.ids)[items],
        "text": np.array([f"{user % NUM_BLOCKS} it is" for user in users]),
    }
    if timestamps:
        order = np.random.default_rng(2).permutation(len(users))
        columns["timestamp"] = 1_700_000_000 + order.astype(np.int64)
    return columns


def planted_events(timestamps: bool = False) -> tf.data.Dataset:
    """The same as a dataset."""
    return tf.data.Dataset.from_tensor_slices(planted_columns(timestamps))
