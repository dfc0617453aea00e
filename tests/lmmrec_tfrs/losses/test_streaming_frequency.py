"""The estimated gap between two meetings of an article, by hand and in the long run."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lmmrec_tfrs.losses import StreamingFrequency
from tests import contracts


def _frequencies(layer: StreamingFrequency, rows: list[int]) -> np.ndarray:
    return np.exp(layer.log_expected_count(tf.constant(rows, tf.int64)))


def test_gaps_by_hand():
    """α = 1/2, B starts at 8. Article 0 is met at steps 1 and 4, article 1 at 4, article 2 never.

    B0: (8 + 1)/2 = 4.5, then (4.5 + 3)/2 = 3.75. B1: (8 + 4)/2 = 6. B2 stays 8.
    C starts at 1. Article 0 is met twice at step 4: C0 is (1 + 2)/2, the others stay 1.
    """
    layer = StreamingFrequency(num_rows=3, learning_rate=0.5, initial_gap=8.0)
    for rows in ([0], [], [], [1, 0, 0]):
        layer.update(tf.constant(rows, tf.int64))
    np.testing.assert_allclose(
        _frequencies(layer, [0, 1, 2]), [1.5 / 3.75, 1 / 6, 1 / 8], rtol=1e-6
    )
    assert layer.last_step.numpy().tolist() == [4, 4, 0]


def test_an_article_in_every_batch_is_certain():
    layer = StreamingFrequency(num_rows=2, learning_rate=0.3)
    for _ in range(60):
        layer.update(tf.constant([1], tf.int64))
    np.testing.assert_allclose(_frequencies(layer, [1]), [1.0], rtol=1e-4)


@settings(max_examples=10)
@given(st.integers(2, 9), st.floats(0.1, 1.0))
def test_a_constant_gap_is_the_fixed_point(gap: int, learning_rate: float):
    layer = StreamingFrequency(num_rows=1, learning_rate=learning_rate, initial_gap=gap)
    for step in range(1, 4 * gap + 1):
        layer.update(tf.zeros([int(step % gap == 0)], tf.int64))
        np.testing.assert_allclose(_frequencies(layer, [0]), [1 / gap], rtol=1e-5)


def test_finds_the_frequencies_of_a_random_stream_and_follows_a_change():
    layer = StreamingFrequency(num_rows=3, learning_rate=0.02, initial_gap=10.0)
    generator = tf.random.Generator.from_seed(0)

    @tf.function
    def run(chances: tf.Tensor) -> None:
        for _ in tf.range(2000):
            met = generator.uniform([2]) < chances
            # Article 2 stands for none.
            layer.update(tf.where(met, tf.constant([0, 1], tf.int64), 2))

    for chances in ([0.5, 0.1], [0.1, 0.5]):
        run(tf.constant(chances))
        np.testing.assert_allclose(_frequencies(layer, [0, 1]), chances, rtol=0.25)


def test_popular_articles_are_expected_as_often_as_they_are_drawn():
    """Batches of 64 by Zipf's law: the first of 20 articles is drawn 18 times, the last once."""
    shares = 1.0 / np.arange(1, 21)
    shares /= shares.sum()
    layer = StreamingFrequency(num_rows=20, learning_rate=0.02, initial_gap=2.0)
    generator = np.random.default_rng(0)
    update = tf.function(layer.update)
    for _ in range(600):
        update(tf.constant(generator.choice(20, 64, p=shares)))
    np.testing.assert_allclose(_frequencies(layer, list(range(20))), 64 * shares, rtol=0.25)


def test_hashing_takes_any_integers_and_the_rarest_of_colliding_estimates():
    """In one bucket all share the gaps; many buckets and hash functions tell them apart."""
    often, seldom = -5, 2**62 + 3
    estimates = {}
    for buckets in (1, 64):
        layer = StreamingFrequency(buckets, learning_rate=0.2, initial_gap=50.0, num_hashes=3)
        for step in range(200):
            rows = [often] if step % 20 else [often, seldom]
            layer.update(tf.constant(rows, tf.int64))
        estimates[buckets] = _frequencies(layer, [often, seldom])
    # What is in one bucket is counted together: 1 + 1 / 20.
    np.testing.assert_allclose(estimates[1], [1.05, 1.05], rtol=0.15)
    np.testing.assert_allclose(estimates[64], [1.0, 1 / 20], rtol=0.3)


@pytest.mark.parametrize("num_hashes", [0, 2])
def test_compiled_with_xla_it_is_the_same(num_hashes: int):
    layers = [StreamingFrequency(40, num_hashes=num_hashes) for _ in range(2)]
    rows = tf.constant([3, 7, 3, 39], tf.int64)

    def step(layer: StreamingFrequency) -> tf.Tensor:
        layer.update(rows)
        return layer.log_expected_count(rows)

    compiled = tf.function(lambda: step(layers[1]), jit_compile=True)
    for _ in range(3):
        np.testing.assert_allclose(step(layers[0]), compiled(), rtol=1e-5)


def test_round_trip_and_refusals():
    rows = tf.constant([0, 1], tf.int64)
    layer = StreamingFrequency(2, learning_rate=0.1, initial_gap=5.0)
    contracts.check_layer_round_trip(layer, lambda it: it.log_expected_count(rows))
    for arguments in ({"num_rows": 0}, {"learning_rate": 0.0}, {"initial_gap": 0.0}):
        with pytest.raises(ValueError, match="expected num_rows"):
            StreamingFrequency(**{"num_rows": 2, **arguments})
