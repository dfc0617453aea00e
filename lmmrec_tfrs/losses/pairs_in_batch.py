"""Which rows of a batch are compared with which, and how similar they are."""

import tensorflow as tf


def comparable(owners: tf.Tensor, valid: tf.Tensor) -> tf.Tensor:
    """Which rows stand in each other's softmax.

    Two rows of the same owner are no negatives of each other, and a row that is not valid is
    nobody's; but each row stands in its own.

    Args:
        owners: int64 `[batch]`, whose rows they are.
        valid: bool `[batch]`.

    Returns:
        bool `[batch, batch]`, symmetric, true on the diagonal.

    >>> comparable(tf.constant([7, 7, 8]), tf.constant([True, True, True])).numpy().astype(int)
    array([[1, 0, 1],
           [0, 1, 1],
           [1, 1, 1]])
    """
    pairs = (
        (owners[:, tf.newaxis] != owners[tf.newaxis, :])
        & valid[:, tf.newaxis]
        & valid[tf.newaxis, :]
    )
    return tf.linalg.set_diag(pairs, tf.ones_like(valid))


def masked_cosines(
    first: tf.Tensor, second: tf.Tensor, pairs: tf.Tensor, scale: tf.Tensor | float
) -> tf.Tensor:
    """The cosines of all pairs of rows times `scale`, and -1e9 where they are not compared.

    Args:
        first: floating-point `[batch, dimension]`.
        second: floating-point `[batch, dimension]`.
        pairs: bool `[batch, batch]`, see `comparable`.
        scale: the inverse of the temperature.

    Returns:
        float32 `[batch, batch]`, also for inputs of half precision.

    >>> both = tf.ones([2, 2], tf.bool)
    >>> masked_cosines(tf.constant([[3.0, 0.0], [0.0, 1.0]]), tf.eye(2), both, 10.0).numpy()
    array([[10.,  0.],
           [ 0., 10.]], dtype=float32)
    """
    first = tf.math.l2_normalize(tf.cast(first, tf.float32), axis=1, epsilon=1e-12)
    second = tf.math.l2_normalize(tf.cast(second, tf.float32), axis=1, epsilon=1e-12)
    # Scaling the rows costs less than scaling their pairs.
    cosines = tf.matmul(first * scale, second, transpose_b=True)
    return tf.where(pairs, cosines, -1e9)
