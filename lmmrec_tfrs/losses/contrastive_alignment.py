"""Pulls two views of the same owner together, away from other owners."""

import tensorflow as tf


def contrastive_alignment(
    first: tf.Tensor,
    second: tf.Tensor,
    owners: tf.Tensor,
    valid: tf.Tensor,
    temperature: float = 0.2,
) -> tf.Tensor:
    """The symmetric InfoNCE between two views (van den Oord et al., 2018; Radford et al., 2021).

    Similarities are cosines over the temperature. The owner of a row can occur several times
    in a batch: its other rows are no negatives of it. Rows that are not valid (an owner
    without text has no second view) are neither anchors nor negatives.

    Args:
        first: float32 `[batch, dimension]`, one view (of behaviour).
        second: float32 `[batch, dimension]`, the other (of text).
        owners: int64 `[batch]`, whose views they are.
        valid: bool `[batch]`.
        temperature: what the cosines are divided by.

    Returns:
        float32 scalar, the mean over valid rows of both directions; 0 where none is valid.

    Example: each of two owners' views agree and are orthogonal to the other's.

    >>> views = tf.eye(2)
    >>> owners, valid = tf.constant([0, 1]), tf.constant([True, True])
    >>> loss = contrastive_alignment(views, views, owners, valid, temperature=1.0)
    >>> round(float(loss), 4)  # log(1 + exp(-1))
    0.3133
    """
    first = tf.math.l2_normalize(first, axis=1, epsilon=1e-12)
    second = tf.math.l2_normalize(second, axis=1, epsilon=1e-12)
    similarities = tf.matmul(first, second, transpose_b=True) / temperature
    batch = tf.shape(first)[0]
    itself = tf.eye(batch, dtype=tf.bool)
    usable = (valid[:, tf.newaxis] & valid[tf.newaxis, :]) | itself
    duplicate = (owners[:, tf.newaxis] == owners[tf.newaxis, :]) & ~itself
    # The mask is symmetric, so that it serves both directions.
    logits = tf.where(usable & ~duplicate, similarities, similarities.dtype.min)
    labels = tf.range(batch)
    forth = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    back = tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=labels, logits=tf.transpose(logits)
    )
    weights = tf.cast(valid, forth.dtype)
    return tf.math.divide_no_nan(
        tf.reduce_sum(weights * (forth + back) / 2.0), tf.reduce_sum(weights)
    )
