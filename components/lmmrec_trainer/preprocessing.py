"""What Transform does to the events before training: ids become indices; times stay."""

import tensorflow as tf
import tensorflow_transform as tft

from lmmrec_tfrs.data import columns


def preprocessing_fn(
    inputs: dict[str, tf.Tensor | tf.SparseTensor],
) -> dict[str, tf.Tensor]:
    """Numbers the users and items of the train split, the most frequent first.

    Args:
        inputs: the raw events; only `user_id`, `item_id` and, where the events have it,
            `timestamp` are read.

    Returns:
        `user_index` and `item_index`, int64 `[batch]`. An id that train does not have, an
        empty or a missing one, gets the index one past the vocabulary (`user_id`, `item_id`).
        `timestamp`, int64 `[batch]`, where the events have it; 0 where one is missing.
    """
    outputs = {
        index: tft.compute_and_apply_vocabulary(
            _one_value_a_row(inputs[identifier]), vocab_filename=identifier, num_oov_buckets=1
        )
        for identifier, index in (
            (columns.USER_ID, columns.USER_INDEX),
            (columns.ITEM_ID, columns.ITEM_INDEX),
        )
    }
    if columns.TIMESTAMP in inputs:
        outputs[columns.TIMESTAMP] = _one_value_a_row(inputs[columns.TIMESTAMP])
    return outputs


def _one_value_a_row(values: tf.Tensor | tf.SparseTensor) -> tf.Tensor:
    """The feature as `[batch]`, however the schema shaped it; empty, or 0, where missing."""
    if isinstance(values, tf.SparseTensor):
        # A batch without any value has no columns, and neither has its dense form.
        shape = tf.stack([values.dense_shape[0], tf.maximum(values.dense_shape[1], 1)])
        missing = "" if values.dtype == tf.string else 0
        widened = tf.SparseTensor(values.indices, values.values, shape)
        return tf.sparse.to_dense(widened, default_value=missing)[:, 0]
    return tf.reshape(values, [tf.shape(values)[0], -1])[:, 0]
