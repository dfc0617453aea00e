"""The softmax over every candidate, for catalogues small enough to score whole."""

import tensorflow as tf

from lmmrec_tfrs.losses.cross_entropy import mean_cross_entropy


def full_softmax(
    scores: tf.Tensor, positive_rows: tf.Tensor, temperature: float = 1.0
) -> tf.Tensor:
    """The mean cross-entropy of the positives among all candidates.

    Args:
        scores: float `[batch, num_candidates]`.
        positive_rows: int64 `[batch]`, the column of each row's positive.
        temperature: what the scores are divided by.

    Returns:
        float32 scalar.

    Example:

    >>> scores = tf.math.log([[1.0, 3.0]])
    >>> round(float(full_softmax(scores, tf.constant([1]))), 4)  # -log(3 / 4)
    0.2877
    """
    return mean_cross_entropy(tf.cast(scores, tf.float32) / temperature, positive_rows)
