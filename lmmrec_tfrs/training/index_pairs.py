"""Reads the pairs of user and item index that Transform wrote."""

import os

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lmmrec_tfrs.data import columns, example_files

_PARSE_BATCH = 4096


def read_index_pairs(uri: str, split: str) -> NDArray[np.int64]:
    """Reads a split of transformed examples.

    Args:
        uri: of the transformed examples.
        split: the name of the split.

    Returns:
        int64 `[num_pairs, 2]`: `user_index`, `item_index`. The order is that of the files.

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
        name: tf.io.FixedLenFeature([], tf.int64)
        for name in (columns.USER_INDEX, columns.ITEM_INDEX)
    }
    dataset = tf.data.TFRecordDataset(files, compression_type="GZIP").batch(_PARSE_BATCH)
    parts = [np.zeros((0, 2), np.int64)]
    for serialized in dataset:
        parsed = tf.io.parse_example(serialized, features)
        pairs = tf.stack([parsed[columns.USER_INDEX], parsed[columns.ITEM_INDEX]], axis=1)
        parts.append(pairs.numpy())
    return np.concatenate(parts)
