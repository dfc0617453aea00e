"""The InfoNCE layer and its temperature."""

import math

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import ContrastiveAlignment
from tests import contracts

VIEWS = (tf.eye(2), tf.eye(2))
OWNERS, VALID = tf.constant([0, 1]), tf.constant([True, True])


@pytest.mark.parametrize("learnable", [False, True])
def test_two_owners_by_hand(learnable: bool):
    """Cosines 1 and 0 at temperature 1/2: log(1 + exp(-2)) in both directions."""
    layer = ContrastiveAlignment(temperature=0.5, learnable=learnable)
    assert float(layer(VIEWS, OWNERS, VALID)) == pytest.approx(math.log1p(math.exp(-2)), rel=1e-5)
    assert float(layer.temperature) == pytest.approx(0.5)
    assert len(layer.trainable_variables) == learnable
    contracts.check_layer_round_trip(layer, lambda it: it(VIEWS, OWNERS, VALID))


@pytest.mark.parametrize("jit_compile", [False, True])
def test_gradient_of_the_temperature_by_hand(jit_compile: bool):
    """d/ds log(1 + exp(-exp(s))) = -exp(s) / (1 + exp(exp(s))), -1 / (1 + e) at s = 0."""
    layer = ContrastiveAlignment(temperature=1.0, learnable=True)
    layer.build(None)

    @tf.function(jit_compile=jit_compile)
    def step():
        with tf.GradientTape() as tape:
            loss = layer(VIEWS, OWNERS, VALID)
        return tape.gradient(loss, layer.log_scale)

    assert float(step()) == pytest.approx(-1.0 / (1.0 + math.e), rel=1e-5)


def test_scale_is_clipped_at_100_and_comes_back():
    """A step too far ends at the limit, and the next step back leaves it at once."""
    layer = ContrastiveAlignment(temperature=0.02, learnable=True)
    layer.build(None)
    optimizer = tf.keras.optimizers.SGD(1.0)
    optimizer.apply_gradients([(tf.constant(-50.0), layer.log_scale)])
    assert float(layer.temperature) == pytest.approx(0.01)
    optimizer.apply_gradients([(tf.constant(math.log(2.0)), layer.log_scale)])
    assert float(layer.temperature) == pytest.approx(0.02, rel=1e-5)


def test_half_precision_views_are_compared_in_float32():
    layer = ContrastiveAlignment(temperature=0.01, learnable=True, dtype="mixed_float16")
    loss = layer([tf.cast(view, tf.float16) for view in VIEWS], OWNERS, VALID)
    assert loss.dtype == tf.float32
    assert np.isfinite(loss)


@pytest.mark.parametrize("temperature", [0.001, 0.0, -1.0])
def test_refuses_temperatures_below_a_hundredth(temperature: float):
    with pytest.raises(ValueError, match=r"0\.01"):
        ContrastiveAlignment(temperature)


def test_refuses_columns_for_owners_which_would_be_compared_with_each_other_again():
    views, owners, valid = tf.eye(2), tf.constant([0, 1]), tf.constant([True, True])
    layer = ContrastiveAlignment()
    for arguments, name in (
        (((views, views), owners[:, tf.newaxis], valid), "owners"),
        (((views, views), owners, valid[:, tf.newaxis]), "valid"),
        (((views, views[tf.newaxis]), owners, valid), "views"),
        (((views, views), owners, tf.ones(2)), "valid as bool"),
    ):
        with pytest.raises(ValueError, match=f"expected {name}"):
            layer(*arguments)


def test_what_rows_hold_that_are_not_valid_is_not_looked_at():
    views = tf.Variable([[1.0, 0.0], [0.0, 1.0], [np.nan, np.nan]])
    owners, valid = tf.range(3), tf.constant([True, True, False])
    layer = ContrastiveAlignment(temperature=1.0)
    with tf.GradientTape() as tape:
        loss = layer((views, views), owners, valid)
    gradient = tape.gradient(loss, views)
    np.testing.assert_allclose(loss, np.log1p(np.exp(-1.0)), rtol=1e-6)
    assert np.isfinite(gradient).all()


def test_a_view_of_zeros_has_a_gradient_that_half_precision_holds():
    views = tf.Variable(tf.zeros([2, 2], tf.float16))
    texts = tf.eye(2, dtype=tf.float16)
    with tf.GradientTape() as tape:
        loss = ContrastiveAlignment()((views, texts), tf.range(2), tf.ones(2, tf.bool))
    assert np.isfinite(tape.gradient(loss, views)).all()
