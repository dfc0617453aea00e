"""The projection onto principal components."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import TextProjection
from tests import contracts


def test_components_are_uncorrelated_and_of_unit_variance():
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(500, 6)) @ generator.normal(size=(6, 6)) + 3.0
    layer = TextProjection(6, 4, damping=0.0)
    layer.adapt(vectors)
    projected = layer(tf.constant(vectors, tf.float32)).numpy()
    np.testing.assert_allclose(projected.mean(axis=0), 0.0, atol=1e-4)
    np.testing.assert_allclose(projected.T @ projected / 500, np.eye(4), atol=1e-3)


def test_damping_keeps_faint_components_faint():
    """Variances 4 and 0.04: damped by a tenth of the greatest, the faint one stays below one."""
    vectors = np.array([[2.0, 0.2], [-2.0, 0.2], [2.0, -0.2], [-2.0, -0.2]])
    layer = TextProjection(2, 2, damping=0.1)
    layer.adapt(vectors)
    deviations = layer(tf.constant(vectors, tf.float32)).numpy().std(axis=0)
    np.testing.assert_allclose(deviations, [2 / np.sqrt(4.4), 0.2 / np.sqrt(0.44)], rtol=1e-5)


def test_order_of_the_texts_does_not_matter():
    vectors = np.random.default_rng(1).normal(size=(40, 5))
    matrices = []
    for values in (vectors, vectors[::-1]):
        layer = TextProjection(5, 3)
        layer.adapt(values)
        matrices.append(layer.matrix.numpy())
    np.testing.assert_allclose(*matrices, atol=1e-6)


def test_round_trip_and_what_is_refused():
    layer = TextProjection(3, 2)
    layer.adapt(np.random.default_rng(2).normal(size=(9, 3)))
    contracts.check_layer_round_trip(layer, lambda made: made(tf.constant([[1.0, 2.0, 3.0]])))
    with pytest.raises(ValueError, match="from 0 to the width"):
        TextProjection(3, 4)
    nothing = TextProjection(0, 0)
    nothing.adapt(np.zeros((2, 0)))
    assert nothing(tf.zeros([2, 0])).shape == (2, 0)
