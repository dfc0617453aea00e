"""The two views of an owner's motivations, and the loss between them."""

import math

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import MotivationCoordination, MotivationViews, TextualMotivationEncoder
from tests import contracts


def _halves(num_owners: int, num_features: int) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    return tuple(tf.fill([num_owners, num_features], value) for value in (1.0, 2.0, 3.0))


def test_owners_with_halves_have_them_as_views_without_noise():
    layer = MotivationViews(noise_stddev=1.0, feature_dropout=0.5, seed=0)
    first, second = layer(_halves(2, 50), tf.constant([True, False]), training=True)
    np.testing.assert_array_equal(first[0], np.full(50, 2.0))
    np.testing.assert_array_equal(second[0], np.full(50, 3.0))
    # The owner of one text has two different noisy copies, in which the same would be dropped.
    assert np.abs(first[1] - second[1]).max() > 0.1
    assert np.any((first[1] == 0.0) != (second[1] == 0.0))


def test_noise_is_of_the_given_size_and_in_training_only():
    """Dropout divides what it keeps by 3/4, so that the mean stays 1."""
    layer = MotivationViews(noise_stddev=0.5, feature_dropout=0.25, seed=0)
    inputs, has_halves = _halves(4, 5000), tf.zeros(4, tf.bool)
    first, second = layer(inputs, has_halves, training=True)
    kept = first.numpy()[first.numpy() != 0.0] * 0.75
    assert kept.std() == pytest.approx(0.5, rel=0.05)
    assert np.mean(second == 0.0) == pytest.approx(0.25, abs=0.02)
    assert np.mean(second) == pytest.approx(1.0, abs=0.02)
    for view in layer(inputs, has_halves, training=False):
        np.testing.assert_array_equal(view, inputs[0])


def test_noise_resumes_from_a_checkpoint(tmp_path):
    inputs, has_halves = _halves(2, 3), tf.zeros(2, tf.bool)
    layer = MotivationViews(seed=1)
    layer(inputs, has_halves, training=True)
    path = tf.train.Checkpoint(layer=layer).save(str(tmp_path / "noise"))
    expected = layer(inputs, has_halves, training=True)
    resumed = MotivationViews(seed=2)
    tf.train.Checkpoint(layer=resumed).restore(path)
    again = resumed(inputs, has_halves, training=True)
    tf.nest.map_structure(np.testing.assert_array_equal, again, expected)


def test_coordination_by_hand():
    """Temperature 1. Owners 7, 7 and 8; the encoder drops the last of three features.

    Owner 7's halves agree; owner 8's are (0, 1) and (1, 0). Each row of owner 7 has one
    negative, cosines 1 and 1 forth, 1 and 0 back; owner 8 has two.
    """
    layer = MotivationCoordination(temperature=1.0)
    first = tf.constant([[1.0, 0.0, 5.0], [1.0, 0.0, 0.0], [0.0, 1.0, 9.0]])
    second = tf.constant([[2.0, 0.0, 3.0], [2.0, 0.0, 0.0], [4.0, 0.0, 0.0]])
    loss = layer(
        (tf.zeros([3, 3]), first, second),
        lambda features: features[:, :2],
        owners=tf.constant([7, 7, 8]),
        has_halves=tf.ones(3, tf.bool),
        valid=tf.ones(3, tf.bool),
    )
    e = math.e
    row_of_7 = (math.log(2.0) + math.log((e + 1) / e)) / 2
    row_of_8 = (math.log(3.0) + math.log(1 + 2 * e)) / 2
    assert float(loss) == pytest.approx((2 * row_of_7 + row_of_8) / 3, rel=1e-5)


def test_nobody_with_text_is_no_loss():
    nobody = tf.zeros(3, tf.bool)
    loss = MotivationCoordination()(_halves(3, 2), tf.identity, tf.range(3), nobody, nobody)
    assert float(loss) == 0.0


def test_trains_the_encoder_under_xla():
    encoder = TextualMotivationEncoder(dimension=4, seed=3)
    encoder.build(((None, 2), (None, 3)))
    layer = MotivationCoordination(learnable_temperature=True, seed=4)
    generator = np.random.default_rng(0)
    features = [tf.constant(generator.normal(size=(6, 5)), tf.float32) for _ in range(3)]
    has_halves = tf.constant([True, False] * 3)
    layer.build(None)

    @tf.function(jit_compile=True)
    def step():
        with tf.GradientTape() as tape:
            loss = layer(
                features,
                encoder.encode,
                owners=tf.range(6),
                has_halves=has_halves,
                valid=tf.ones(6, tf.bool),
                training=True,
            )
        variables = [encoder.kernel, *layer.trainable_variables]
        return loss, tape.gradient(loss, variables)

    loss, gradients = step()
    assert float(loss) > 0.0
    assert len(gradients) == 2
    assert all(np.abs(gradient).max() > 0.0 for gradient in gradients)


def test_round_trips():
    has_halves, valid = tf.constant([True, False]), tf.ones(2, tf.bool)
    contracts.check_layer_round_trip(
        MotivationViews(noise_stddev=0.3, feature_dropout=0.2, seed=5),
        lambda it: it(_halves(2, 3), has_halves, training=False),
    )
    contracts.check_layer_round_trip(
        MotivationCoordination(0.3, 0.2, 0.5, learnable_temperature=True, seed=5),
        lambda it: it(_halves(2, 3), tf.identity, tf.range(2), has_halves, valid),
    )


def test_refuses_negative_noise():
    with pytest.raises(ValueError, match="noise_stddev"):
        MotivationViews(noise_stddev=-0.1)
