"""Which rows of a batch are compared with which, and how similar they are."""

import tensorflow as tf

# Of a squared norm. It bounds the gradient of a zero vector, which half precision must hold.
_EPSILON = 1e-6


def comparable(owners: tf.Tensor, valid: tf.Tensor) -> tf.Tensor:
    """Which rows stand in each other's softmax.

    Two rows of the same owner are no negatives of each other, and a row that is not valid is
    nobody's; but each row stands in its own.

    Args:
        owners: int64 `[batch]`, whose rows they are.
        valid: bool `[batch]`.

    Returns:
        bool `[batch, batch]`, symmetric, true on the diagonal.

    Raises:
        ValueError: they have other shapes or dtypes.

    >>> comparable(tf.constant([7, 7, 8]), tf.constant([True, True, True])).numpy().astype(int)
    array([[1, 0, 1],
           [0, 1, 1],
           [1, 1, 1]])
    """
    owners, valid = tf.convert_to_tensor(owners), tf.convert_to_tensor(valid)
    _require("owners", owners, rank=1)
    _require("valid", valid, rank=1)
    if valid.dtype != tf.bool:
        raise ValueError(f"expected valid as bool, received {valid.dtype}: compare it, or cast it.")
    pairs = (
        (owners[:, tf.newaxis] != owners[tf.newaxis, :])
        & valid[:, tf.newaxis]
        & valid[tf.newaxis, :]
    )
    return tf.linalg.set_diag(pairs, tf.ones_like(valid))


def masked_cosines(
    first: tf.Tensor,
    second: tf.Tensor,
    valid: tf.Tensor,
    pairs: tf.Tensor,
    scale: tf.Tensor | float,
) -> tf.Tensor:
    """The cosines of all pairs of rows times `scale`, and -1e9 where they are not compared.

    Args:
        first: floating-point `[batch, dimension]`.
        second: floating-point `[batch, dimension]`.
        valid: bool `[batch]`; what other rows hold, were it NaN, is not looked at.
        pairs: bool `[batch, batch]`, see `comparable`.
        scale: the inverse of the temperature.

    Returns:
        float32 `[batch, batch]`, also for inputs of half precision.

    Raises:
        ValueError: a view is no matrix.

    >>> valid, pairs = tf.ones([2], tf.bool), tf.ones([2, 2], tf.bool)
    >>> first = tf.constant([[3.0, 0.0], [0.0, 1.0]])
    >>> masked_cosines(first, tf.eye(2), valid, pairs, 10.0).numpy()
    array([[10.,  0.],
           [ 0., 10.]], dtype=float32)
    """
    first, second = (_directions(view, valid) for view in (first, second))
    # Scaling the rows costs less than scaling their pairs.
    cosines = tf.matmul(first * scale, second, transpose_b=True)
    return tf.where(pairs, cosines, -1e9)


def _directions(view: tf.Tensor, valid: tf.Tensor) -> tf.Tensor:
    view = tf.cast(view, tf.float32)
    _require("views", view, rank=2)
    view = tf.where(valid[:, tf.newaxis], view, 0.0)
    return tf.math.l2_normalize(view, axis=1, epsilon=_EPSILON)


def _require(name: str, values: tf.Tensor, rank: int) -> None:
    # Keras's inputs of one number a row are columns: they would broadcast, and mean something else.
    if values.shape.rank not in (None, rank):
        expected = ("[batch]", "[batch, dimension]")[rank - 1]
        raise ValueError(
            f"expected {name} of shape {expected}, received {values.shape}: squeeze, or flatten, "
            "what has more axes."
        )
