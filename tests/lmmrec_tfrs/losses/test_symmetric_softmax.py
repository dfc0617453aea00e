"""The symmetric softmax losses, whose gradients are written out, against plain TensorFlow."""

import numpy as np
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lmmrec_tfrs.losses.symmetric_softmax import symmetric_cross_entropy, symmetric_divergence


def _mean(values: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(values * weights) / tf.reduce_sum(weights)


def _plain_cross_entropy(logits: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    labels = tf.range(len(weights))
    cross_entropy = tf.nn.sparse_softmax_cross_entropy_with_logits
    both = cross_entropy(labels, logits) + cross_entropy(labels, tf.transpose(logits))
    return _mean(both / 2.0, weights)


def _plain_divergence(student: tf.Tensor, teacher: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    total = tf.zeros_like(weights)
    for p, q in ((teacher, student), (tf.transpose(teacher), tf.transpose(student))):
        logarithms = tf.nn.log_softmax(p) - tf.nn.log_softmax(q)
        total += tf.reduce_sum(tf.nn.softmax(p) * logarithms, axis=1)
    return _mean(total / 2.0, weights)


@settings(max_examples=20)
@given(st.integers(1, 7), st.sampled_from([0.1, 1.0, 100.0]), st.integers(0, 1000))
def test_values_and_gradients(batch: int, scale: float, seed: int):
    generator = np.random.default_rng(seed)
    student, teacher = (
        tf.constant(scale * generator.normal(size=(batch, batch)), tf.float32) for _ in range(2)
    )
    weights = tf.constant(generator.integers(1, 3, batch), tf.float32)
    for written_out, plain in (
        (lambda x: symmetric_cross_entropy(x, weights), lambda x: _plain_cross_entropy(x, weights)),
        (
            lambda x: symmetric_divergence(x, teacher, weights),
            lambda x: _plain_divergence(x, teacher, weights),
        ),
    ):
        values, gradients = [], []
        for loss in (written_out, plain):
            with tf.GradientTape() as tape:
                tape.watch(student)
                value = 3.0 * loss(student)
            values.append(value)
            gradients.append(tape.gradient(value, student))
        np.testing.assert_allclose(values[0], values[1], rtol=1e-4, atol=1e-4 * scale)
        np.testing.assert_allclose(gradients[0], gradients[1], atol=1e-4)


def test_no_weight_no_loss_and_no_gradient():
    logits = tf.ones([2, 2])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = symmetric_cross_entropy(logits, tf.zeros(2)) + symmetric_divergence(
            logits, logits, tf.zeros(2)
        )
    assert float(loss) == 0.0
    np.testing.assert_array_equal(tape.gradient(loss, logits), np.zeros((2, 2)))
