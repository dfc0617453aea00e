"""Losses over the rows and the columns of one square matrix of logits.

Both directions share the matrix, and the gradients, written out, share the exponentials of the
losses: about half the time of two separate softmaxes.
"""

from collections.abc import Callable

import tensorflow as tf

ROWS, COLUMNS = 1, 0


@tf.custom_gradient
def symmetric_cross_entropy(
    logits: tf.Tensor, weights: tf.Tensor
) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, None]]]:
    """The weighted mean over i of -(log softmax(row i)ᵢ + log softmax(column i)ᵢ) / 2.

    Args:
        logits: float32 `[batch, batch]`.
        weights: float32 `[batch]`, of at least 0; no gradient flows to them.

    Returns:
        float32 scalar; 0 where all weights are 0.

    Example:

    >>> logits = tf.math.log([[1.0, 3.0], [1.0, 1.0]])
    >>> loss = symmetric_cross_entropy(logits, tf.constant([1.0, 0.0]))
    >>> round(float(loss), 4)  # -(log(1 / 4) + log(1 / 2)) / 2
    1.0397
    """
    row_shares, row_normaliser = _softmax(logits, ROWS)
    column_shares, column_normaliser = _softmax(logits, COLUMNS)
    losses = 0.5 * (row_normaliser + column_normaliser) - tf.linalg.diag_part(logits)
    weights = tf.math.divide_no_nan(weights, tf.reduce_sum(weights))

    def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, None]:
        halves = 0.5 * upstream * weights
        terms = row_shares * halves[:, tf.newaxis] + column_shares * halves[tf.newaxis, :]
        return tf.linalg.set_diag(terms, tf.linalg.diag_part(terms) - 2.0 * halves), None

    return tf.reduce_sum(losses * weights), gradient


@tf.custom_gradient
def symmetric_divergence(
    student_logits: tf.Tensor, teacher_logits: tf.Tensor, weights: tf.Tensor
) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, None, None]]]:
    """The weighted mean over i of KL(teacher ‖ student), halved over row i and column i.

    Args:
        student_logits: float32 `[batch, batch]`, finite, also where masked.
        teacher_logits: float32 `[batch, batch]`; no gradient flows to them.
        weights: float32 `[batch]`, of at least 0; no gradient flows to them.

    Returns:
        float32 scalar; 0 where all weights are 0.

    Example: the teacher's rows are (3, 1) / 4, the student's even; the columns are even in both.

    >>> student, teacher = tf.zeros([2, 2]), tf.math.log([[3.0, 1.0], [3.0, 1.0]])
    >>> loss = symmetric_divergence(student, teacher, tf.ones(2))
    >>> round(float(loss), 4)  # (0.75 log(1.5) + 0.25 log(0.5)) / 2
    0.0654
    """
    difference = teacher_logits - student_logits
    divergence, gaps = tf.zeros_like(weights), []
    for direction in (ROWS, COLUMNS):
        teacher, teacher_normaliser = _softmax(teacher_logits, direction)
        student, student_normaliser = _softmax(student_logits, direction)
        mean_difference = tf.reduce_sum(teacher * difference, axis=direction)
        divergence += 0.5 * (mean_difference - teacher_normaliser + student_normaliser)
        gaps.append(student - teacher)
    weights = tf.math.divide_no_nan(weights, tf.reduce_sum(weights))

    def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, None, None]:
        halves = 0.5 * upstream * weights
        return gaps[0] * halves[:, tf.newaxis] + gaps[1] * halves[tf.newaxis, :], None, None

    return tf.reduce_sum(divergence * weights), gradient


def _softmax(logits: tf.Tensor, direction: int) -> tuple[tf.Tensor, tf.Tensor]:
    """The softmax of each row or column `[batch, batch]`, and its log-normaliser `[batch]`."""
    maximum = tf.reduce_max(logits, axis=direction, keepdims=True)
    terms = tf.exp(logits - maximum)
    total = tf.reduce_sum(terms, axis=direction, keepdims=True)
    return terms / total, tf.squeeze(tf.math.log(total) + maximum, axis=direction)
