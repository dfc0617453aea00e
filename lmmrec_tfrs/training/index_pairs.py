"""Reads the pairs of user and item index that Transform wrote, and their times."""

import os
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.training.histories import NO_TIMESTAMP

_PARSE_BATCH = 4096


class IndexPairs(NamedTuple):
    """`pairs` is int64 `[num_pairs, 2]`: `user_index`, `item_index`; `timestamps`, int64
    `[num_pairs]`, is in seconds, 0 where one is missing. The order is that of the files.
    """

    pairs: NDArray[np.int64]
    timestamps: NDArray[np.int64]


def read_index_pairs(uri: str, split: str) -> IndexPairs:
    """Reads a split of transformed examples.

    Args:
        uri: of the transformed examples.
        split: the name of the split.

    Returns:
        The pairs and their times.

    Raises:
        FileNotFoundError: there is no such split.
    """
    directory = example_files.split_directory(uri, split)
    files = sorted(tf.io.gfile.glob(os.path.join(directory, "*")))
    if not files:
        raise FileNotFoundError(
            f"expected transformed examples of the split '{split}' under {directory}, found none: "
            "check that Transform was given this split."
        )
    features = {
        columns.USER_INDEX: tf.io.FixedLenFeature([], tf.int64),
        columns.ITEM_INDEX: tf.io.FixedLenFeature([], tf.int64),
        columns.TIMESTAMP: tf.io.FixedLenFeature([], tf.int64, default_value=NO_TIMESTAMP),
    }
    dataset = tf.data.TFRecordDataset(files, compression_type="GZIP").batch(_PARSE_BATCH)
    parts = [np.zeros((0, len(features)), np.int64)]
    for serialized in dataset:
        parsed = tf.io.parse_example(serialized, features)
        parts.append(tf.stack([parsed[name] for name in features], axis=1).numpy())
    events = np.concatenate(parts)
    return IndexPairs(events[:, :2], events[:, 2])
