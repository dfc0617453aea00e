"""The cross-entropy of the softmax losses, against TensorFlow's."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.losses.cross_entropy import mean_cross_entropy


@pytest.mark.parametrize("with_excluded", [False, True])
def test_value_and_gradient_are_those_of_tensorflow(with_excluded: bool):
    generator = np.random.default_rng(0)
    logits = tf.Variable(generator.normal(scale=30.0, size=(4, 6)), dtype=tf.float32)
    labels = tf.constant([5, 0, 3, 3], tf.int64)
    excluded = np.zeros((4, 6), bool)
    if with_excluded:
        excluded[[0, 0, 2], [1, 2, 5]] = True
    with tf.GradientTape(persistent=True) as tape:
        loss = 3.0 * mean_cross_entropy(logits, labels, excluded if with_excluded else None)
        masked = tf.where(excluded, logits.dtype.min, logits)
        expected = 3.0 * tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=masked)
        )
    assert float(loss) == pytest.approx(float(expected), rel=1e-5)
    np.testing.assert_allclose(
        tape.gradient(loss, logits), tape.gradient(expected, logits), atol=1e-6
    )


def test_gradient_of_a_row_by_hand():
    """Softmax (1/4, 3/4) minus the label (1, 0)."""
    logits = tf.Variable(tf.math.log([[1.0, 3.0]]))
    with tf.GradientTape() as tape:
        loss = mean_cross_entropy(logits, tf.constant([0]))
    np.testing.assert_allclose(tape.gradient(loss, logits), [[-0.75, 0.75]], rtol=1e-6)


def test_nobody_has_a_loss_of_zero():
    """The last batch of an epoch can leave a replica without pairs."""
    logits = tf.zeros([0, 3])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = mean_cross_entropy(logits, tf.zeros([0], tf.int64))
    assert float(loss) == 0.0
    assert tape.gradient(loss, logits).shape == (0, 3)
