"""The cross-entropy that the softmax losses share."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf


def mean_cross_entropy(
    logits: tf.Tensor, labels: tf.Tensor, excluded: tf.Tensor | None = None
) -> tf.Tensor:
    """The mean over rows of -log softmax(logits)[label].

    The same as `tf.nn.sparse_softmax_cross_entropy_with_logits`, in fewer passes over the logits:
    the exponentials of the forward pass are kept for the gradient, softmax minus label.

    Args:
        logits: float32 `[batch, num_classes]`.
        labels: int `[batch]`, the column that is right in each row.
        excluded: bool `[batch, num_classes]`, columns that take no part in a row; None for none.

    Returns:
        float32 scalar; 0 for a batch of none, as the last one can be for a replica.

    >>> logits = tf.math.log([[2.0, 1.0, 5.0]])
    >>> excluded = tf.constant([[False, False, True]])
    >>> round(float(mean_cross_entropy(logits, tf.constant([0]), excluded)), 4)  # -log(2 / 3)
    0.4055
    """

    @tf.custom_gradient
    def loss_of(logits: tf.Tensor) -> tuple[tf.Tensor, Callable[..., Any]]:
        if excluded is not None:
            logits = tf.where(excluded, logits.dtype.min, logits)
        count = tf.cast(tf.shape(logits)[0], logits.dtype)
        greatest = tf.reduce_max(logits, axis=1, keepdims=True)
        exponentials = tf.exp(logits - greatest)
        normalizers = tf.reduce_sum(exponentials, axis=1, keepdims=True)
        rows = tf.range(tf.shape(logits)[0])
        right = tf.stack([rows, tf.cast(labels, rows.dtype)], axis=1)
        losses = (tf.math.log(normalizers) + greatest)[:, 0] - tf.gather_nd(logits, right)

        def gradient(upstream: tf.Tensor) -> tf.Tensor:
            share = tf.math.divide_no_nan(upstream, count)
            probabilities = exponentials * (share / normalizers)
            return tf.tensor_scatter_nd_sub(probabilities, right, tf.fill(tf.shape(rows), share))

        return tf.math.divide_no_nan(tf.reduce_sum(losses), count), gradient

    return loss_of(logits)
