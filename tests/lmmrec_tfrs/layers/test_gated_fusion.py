"""The gated fusion of behaviour and motivations."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import GatedMotivationFusion
from tests import contracts


def _inputs() -> list[tf.Tensor]:
    embedding = tf.constant([[1.0, 2.0], [1.0, 2.0]])
    motivation = tf.constant([[4.0, 8.0], [0.0, 0.0]])
    return [embedding, motivation, tf.constant([3.0, 3.0]), tf.constant([2, 0])]


@pytest.mark.parametrize("initial_gate", [0.5, 0.125])
def test_untrained_gate_has_its_initial_value(initial_gate: float):
    """e + g · m in the first row; the second has no motivation."""
    layer = GatedMotivationFusion(initial_gate)
    expected = [[1.0 + 4.0 * initial_gate, 2.0 + 8.0 * initial_gate], [1.0, 2.0]]
    np.testing.assert_allclose(layer(_inputs()), expected, rtol=1e-6)


def test_gate_sees_how_much_behaviour_there_is():
    """Only the weight of log(1 + interactions) is set: g = σ(-log 4) = 1/5 at 3 interactions."""
    layer = GatedMotivationFusion()
    layer(_inputs())
    kernel, bias = layer.get_weights()
    assert kernel.shape == (2, 1)
    kernel[0] = -1.0
    layer.set_weights([kernel, np.zeros_like(bias)])
    np.testing.assert_allclose(layer(_inputs())[0], [1.0 + 0.8, 2.0 + 1.6], rtol=1e-6)
    contracts.check_layer_round_trip(layer, lambda it: it(_inputs()))


def test_trains_under_xla():
    layer = GatedMotivationFusion(initial_gate=0.3)
    layer(_inputs())

    @tf.function(jit_compile=True)
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(_inputs()))
        return tape.gradient(loss, layer.trainable_variables)

    kernel, _ = step()
    # g(1 - g) · (m₁ + m₂) · log(1 + interactions), of the one row that has a motivation.
    np.testing.assert_allclose(kernel[0], [0.3 * 0.7 * 12.0 * np.log(4.0)], rtol=1e-5)


@pytest.mark.parametrize("initial_gate", [0.0, 1.0, -0.5])
def test_refuses_a_gate_that_is_no_probability_or_never_moves(initial_gate: float):
    with pytest.raises(ValueError, match=str(initial_gate)):
        GatedMotivationFusion(initial_gate)


def test_refuses_columns_for_counts():
    embedding, motivation, interactions, texts = _inputs()
    with pytest.raises(ValueError, match=r"expected counts of shape \[batch\]"):
        GatedMotivationFusion()([embedding, motivation, interactions[:, tf.newaxis], texts])
