"""The interaction motivation encoder."""

import math

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import InteractionMotivationEncoder, TextualMotivationEncoder
from tests import contracts

E = math.e


def test_by_hand():
    """At temperature 1/2 the cosines 1 and 0 give e² and 1; the norms do not matter for them."""
    layer = InteractionMotivationEncoder(temperature=0.5)
    prototypes = tf.constant([[3.0, 0.0], [0.0, 5.0]])
    motivation, assignment = layer([tf.constant([[0.0, 7.0], [0.1, 0.0]]), prototypes])
    sure, other = E**2 / (E**2 + 1), 1 / (E**2 + 1)
    np.testing.assert_allclose(assignment, [[other, sure], [sure, other]], rtol=1e-5)
    expected = [[3 * other, 5 * sure], [3 * sure, 5 * other]]
    np.testing.assert_allclose(motivation, expected, rtol=1e-5)


def test_an_embedding_of_zero_is_assigned_evenly():
    layer = InteractionMotivationEncoder()
    motivation, assignment = layer([tf.zeros([1, 2]), tf.constant([[1.0, 0.0], [0.0, 1.0]])])
    np.testing.assert_allclose(assignment, [[0.5, 0.5]])
    np.testing.assert_allclose(motivation, [[0.5, 0.5]])


@pytest.mark.parametrize("jit_compile", [False, True])
def test_without_motivations_there_is_nothing(jit_compile: bool):
    layer = InteractionMotivationEncoder()
    call = tf.function(lambda e, p: layer([e, p]), jit_compile=jit_compile)
    motivation, assignment = call(tf.ones([3, 2]), tf.zeros([0, 2]))
    np.testing.assert_array_equal(motivation, np.zeros((3, 2)))
    assert assignment.shape == (3, 0)


def test_learns_the_prototypes_of_the_textual_encoder():
    """Tied: the gradient arrives at the matrix that mixes the named weights, also under XLA."""
    text = TextualMotivationEncoder(dimension=2)
    text.build(((None, 3), (None, 1)))
    layer = InteractionMotivationEncoder()

    @tf.function(jit_compile=True)
    def step():
        with tf.GradientTape() as tape:
            motivation, _ = layer([tf.ones([4, 2]), text.prototypes])
            loss = tf.reduce_sum(motivation)
        return tape.gradient(loss, text.kernel)

    gradient = np.abs(step())
    assert gradient[:3].max() > 0.0
    assert gradient[3:].max() == 0.0  # not at what mixes the text vectors
    assert not layer.weights


def test_round_trip_and_mixed_precision():
    inputs = [tf.ones([2, 2]), tf.constant([[1.0, 0.0], [0.0, 1.0]])]
    contracts.check_layer_round_trip(
        InteractionMotivationEncoder(temperature=0.7), lambda it: it(inputs)
    )
    half = InteractionMotivationEncoder(dtype="mixed_float16")([tf.zeros([1, 2]), inputs[1]])
    assert [part.dtype for part in half] == [tf.float16, tf.float16]
    assert np.isfinite(half[0]).all()


def test_refuses_a_temperature_of_zero():
    with pytest.raises(ValueError, match="above 0"):
        InteractionMotivationEncoder(temperature=0.0)


def test_refuses_prototypes_that_a_functional_model_would_keep_as_they_are():
    prototypes = tf.eye(2)
    with pytest.raises(ValueError, match="never train them"):
        InteractionMotivationEncoder()([tf.keras.Input((2,)), prototypes])
