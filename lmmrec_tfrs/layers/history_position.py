"""Where in the history of its owner an item stands."""

import tensorflow as tf

from lmmrec_tfrs.layers.owner_features import OwnerFeatures


def items_before(owners: OwnerFeatures, rows: tf.Tensor, items: tf.Tensor) -> tf.Tensor:
    """How many items of each owner's history come before an item.

    An item that stands in a history several times counts where it first does: what comes before
    does not show it.

    Args:
        owners: tables with histories.
        rows: int64 `[batch]`, rows of owners.
        items: int64 `[batch]`, an item's row each.

    Returns:
        int64 `[batch]`; the length of the history where the item is not in it.

    >>> users = OwnerFeatures(2, 2, 0, 0, history_length=2, num_history_items=4)
    >>> users.set_histories([7, 8, 7, 9], offsets=[0, 3, 4])
    >>> items_before(users, tf.constant([0, 0, 1], tf.int64), tf.constant([8, 7, 8], tf.int64))
    <tf.Tensor: shape=(3,), dtype=int64, numpy=array([1, 0, 1])>
    """
    first = tf.gather(owners.history_offsets, rows)
    end = tf.gather(owners.history_offsets, rows + 1)
    places = tf.ragged.range(first, end)
    batch_row = places.value_rowids()
    met = tf.gather(owners.history_items, places.flat_values) == tf.gather(items, batch_row)
    candidates = tf.where(met, places.flat_values, tf.gather(end, batch_row))
    place = tf.math.unsorted_segment_min(candidates, batch_row, tf.shape(rows)[0])
    # The least of nothing is the greatest number.
    return tf.minimum(place, end) - first
