"""Pulls two views of the same owner together, away from other owners."""

import tensorflow as tf

from lmmrec_tfrs.losses.pairs_in_batch import comparable, masked_cosines
from lmmrec_tfrs.losses.symmetric_softmax import symmetric_cross_entropy


def contrastive_alignment(
    first: tf.Tensor,
    second: tf.Tensor,
    owners: tf.Tensor,
    valid: tf.Tensor,
    temperature: tf.Tensor | float = 0.2,
) -> tf.Tensor:
    """The symmetric InfoNCE between two views (van den Oord et al., 2018; Radford et al., 2021).

    Similarities are cosines over the temperature. The owner of a row can occur several times
    in a batch: its other rows are no negatives of it. Rows that are not valid (an owner
    without text has no second view) are neither anchors nor negatives. Time and memory grow with
    the square of the batch: of a large one, compare a part.

    Args:
        first: float32 `[batch, dimension]`, one view (of behaviour).
        second: float32 `[batch, dimension]`, the other (of text).
        owners: int64 `[batch]`, whose views they are.
        valid: bool `[batch]`.
        temperature: what the cosines are divided by; a scalar tensor may be learnt.

    Returns:
        float32 scalar, the mean over valid rows of both directions; 0 where none is valid.

    Raises:
        ValueError: the inputs have other shapes, or `valid` another dtype.

    Example: each of two owners' views agree and are orthogonal to the other's.

    >>> views = tf.eye(2)
    >>> owners, valid = tf.constant([0, 1]), tf.constant([True, True])
    >>> loss = contrastive_alignment(views, views, owners, valid, temperature=1.0)
    >>> round(float(loss), 4)  # log(1 + exp(-1))
    0.3133
    """
    logits = masked_cosines(first, second, valid, comparable(owners, valid), 1.0 / temperature)
    return symmetric_cross_entropy(logits, tf.cast(valid, logits.dtype))
