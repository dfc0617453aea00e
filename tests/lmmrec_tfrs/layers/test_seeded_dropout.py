"""Dropout, and that its random state is in the checkpoint."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import RowDropout, SeededDropout
from tests import contracts


def test_keeps_its_share_and_the_mean():
    values = SeededDropout(rate=0.25, seed=1)(tf.ones([100, 100]), training=True).numpy()
    assert (values == 0.0).mean() == pytest.approx(0.25, abs=0.02)
    assert values.mean() == pytest.approx(1.0, abs=0.02)


def test_does_nothing_outside_of_training_or_at_rate_zero():
    inputs = tf.constant([[1.0, 2.0]])
    assert SeededDropout(rate=0.5)(inputs, training=False) is inputs
    np.testing.assert_array_equal(SeededDropout(rate=0.0)(inputs, training=True), inputs)
    contracts.check_layer_round_trip(SeededDropout(rate=0.5), lambda it: it(inputs))


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_refuses_a_rate_out_of_range(rate: float):
    with pytest.raises(ValueError, match="expected a rate"):
        SeededDropout(rate=rate)


def test_half_precision_stays_half():
    outputs = SeededDropout(rate=0.5, dtype="mixed_bfloat16")(tf.ones([4, 4]), training=True)
    assert outputs.dtype == tf.bfloat16


@pytest.mark.parametrize("layer_class", [SeededDropout, RowDropout])
@pytest.mark.parametrize("jit_compile", [False, True])
def test_a_checkpoint_holds_the_random_state(layer_class, jit_compile: bool, tmp_path):
    layer, other = layer_class(rate=0.5, seed=1), layer_class(rate=0.5, seed=2)
    inputs = tf.ones([50, 3])

    def draw(it: tf.keras.layers.Layer) -> np.ndarray:
        return tf.function(lambda: it(inputs, training=True), jit_compile=jit_compile)().numpy()

    draw(layer)
    path = tf.train.Checkpoint(layer=layer).save(str(tmp_path / "state"))
    expected = [draw(layer), draw(layer)]
    assert (expected[0] != expected[1]).any()
    tf.train.Checkpoint(layer=other).restore(path).assert_consumed()
    np.testing.assert_array_equal([draw(other), draw(other)], expected)


def test_layers_draw_differently_and_the_global_seed_governs_them():
    inputs = tf.ones([100])
    draws = []
    for _ in range(2):
        tf.random.set_seed(3)
        layers = [SeededDropout(rate=0.5), SeededDropout(rate=0.5)]
        draws.append([layer(inputs, training=True).numpy() for layer in layers])
    np.testing.assert_array_equal(draws[0], draws[1])
    assert (draws[0][0] != draws[0][1]).any()
