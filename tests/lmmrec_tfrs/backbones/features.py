"""Small worlds for the backbones."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers.owner_features import Features


def features_of(
    index: list[int], history: list[list[int]] | None = None, num_attributes: int = 0
) -> Features:
    """Features of owners by embedding index, as `OwnerFeatures.features_of` returns them."""
    size = len(index)
    generator = np.random.default_rng(0)
    return {
        "embedding_index": tf.constant(index, tf.int64),
        "interaction_count": tf.constant(np.arange(size), tf.float32),
        "attributes": tf.constant(generator.normal(size=(size, num_attributes)), tf.float32),
        "history": tf.constant(history or np.zeros((size, 0)), tf.int64),
    }
