"""Where in a history an item stands."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers import OwnerFeatures
from lmmrec_tfrs.layers.history_position import items_before


def _owners() -> OwnerFeatures:
    owners = OwnerFeatures(3, 3, 0, 0, history_length=4, num_history_items=5)
    # The second owner has had nothing.
    owners.set_histories(np.array([4, 5, 4, 6, 5]), np.array([0, 3, 3, 5]))
    return owners


def test_the_first_time_counts_and_what_is_not_there_comes_after_all():
    rows = tf.constant([0, 0, 0, 1, 2, 2, 2], tf.int64)
    items = tf.constant([4, 5, 6, 4, 6, 5, 4], tf.int64)
    np.testing.assert_array_equal(items_before(_owners(), rows, items), [0, 1, 3, 0, 0, 1, 2])


def test_an_owner_never_seen_has_nothing_before():
    owners = _owners()
    rows = tf.constant([owners.unknown_row], tf.int64)
    items = tf.constant([4], tf.int64)
    np.testing.assert_array_equal(tf.function(items_before)(owners, rows, items), [0])
