"""The memory of earlier batches' candidates, and the softmax over them."""

import math

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lmmrec_tfrs.losses import CrossBatchNegatives, sampled_softmax
from tests import contracts


def _push(memory: CrossBatchNegatives, rows: list[int]) -> None:
    """Pushes articles whose embedding is [row, -row] and whose bias is row / 2."""
    values = tf.constant(rows, tf.float32)
    memory.push(tf.stack([values, -values], axis=1), values / 2, tf.constant(rows, tf.int64))


def test_first_in_first_out():
    memory = CrossBatchNegatives(capacity=3, dimension=2)
    assert int(memory.candidates().count) == 0
    _push(memory, [4, 5])
    held = memory.candidates()
    assert held.rows.numpy().tolist() == [-1, 4, 5]
    assert int(held.count) == 2
    _push(memory, [6, 7])
    held = memory.candidates()
    assert held.rows.numpy().tolist() == [5, 6, 7]
    assert int(held.count) == 3
    np.testing.assert_array_equal(held.embedding, [[5, -5], [6, -6], [7, -7]])
    np.testing.assert_array_equal(held.bias, [2.5, 3.0, 3.5])
    _push(memory, [1, 2, 3, 4, 5])
    assert memory.candidates().rows.numpy().tolist() == [3, 4, 5]


@settings(max_examples=20)
@given(st.lists(st.lists(st.integers(0, 99), max_size=5), max_size=5), st.integers(1, 8))
def test_holds_the_last_ones_pushed(batches: list[list[int]], capacity: int):
    memory = CrossBatchNegatives(capacity, dimension=2)
    for rows in batches:
        _push(memory, rows)
    everything = [-1] * capacity + [row for rows in batches for row in rows]
    assert memory.candidates().rows.numpy().tolist() == everything[-capacity:]


def test_no_gradient_flows_into_the_memory():
    memory = CrossBatchNegatives(capacity=2, dimension=2)
    memory.build(None)
    embedding = tf.Variable(tf.ones([2, 2]))
    with tf.GradientTape(persistent=True) as tape:
        memory.push(embedding, tf.zeros([2]), tf.constant([0, 1], tf.int64))
        total = tf.reduce_sum(memory.candidates().embedding)
    assert float(total) == 4.0
    assert tape.gradient(total, embedding) is None
    assert tape.gradient(total, memory.embedding) is None
    assert not memory.trainable_weights


def test_sampled_softmax_over_remembered_candidates_by_hand():
    """Positives 1 and 2; remembered: nothing yet, 2 and 3. Counts 2, 1, -, 1, 4.

    Row 0: (4/2) / (4/2 + 3/1 + 5/1 + 8/4) = 2/12. Row 1: its copy in column 3 is an accidental
    hit: (6/1) / (2/2 + 6/1 + 8/4) = 6/9. The empty column takes no part.
    """
    scores = tf.math.log([[4.0, 3.0, 1e6, 5.0, 8.0], [2.0, 6.0, 1e6, 9.0, 8.0]])
    rows = tf.constant([1, 2, -1, 2, 3])
    loss = sampled_softmax(scores, rows, tf.math.log([2.0, 1.0, 1e-3, 1.0, 4.0]))
    assert float(loss) == pytest.approx(-(math.log(2 / 12) + math.log(6 / 9)) / 2, rel=1e-5)


def test_an_accidental_hit_gets_no_gradient_and_costs_nothing():
    """The copy of a row's positive changes neither its loss nor what it is pushed from."""
    rows = tf.constant([1, 2, 1, 1])
    scores = tf.Variable([[0.5, 0.1, 9.0, -9.0]] * 2)
    with tf.GradientTape() as tape:
        with_copies = sampled_softmax(scores, rows, tf.zeros(4))
    gradient = tape.gradient(with_copies, scores).numpy()
    np.testing.assert_array_equal(gradient[0, 2:], [0.0, 0.0])
    assert gradient[1, 2] > 0.0  # for the other row the same article is a negative
    without = sampled_softmax(scores[:1, :2], rows[:2], tf.zeros(2))
    alone = sampled_softmax(scores[:1], rows, tf.zeros(4))
    assert float(alone) == pytest.approx(float(without), rel=1e-6)


@settings(max_examples=20)
@given(st.lists(st.integers(0, 3), min_size=2, max_size=6), st.integers(0, 1000))
def test_only_copies_of_the_positive_are_left_out(articles: list[int], seed: int):
    """Against a loop over rows and columns."""
    batch = 2
    scores = np.random.default_rng(seed).normal(size=(batch, len(articles))).astype(np.float32)
    expected = 0.0
    for row in range(batch):
        kept = [
            column
            for column, article in enumerate(articles)
            if column == row or article != articles[row]
        ]
        expected += np.log(np.exp(scores[row, kept]).sum()) - scores[row, row]
    loss = sampled_softmax(tf.constant(scores), tf.constant(articles), tf.zeros(len(articles)))
    assert float(loss) == pytest.approx(expected / batch, rel=1e-4, abs=1e-5)


def test_half_precision_scores_are_summed_in_float32():
    """A thousand negatives of score 0: in half precision their sum would stop growing."""
    scores = tf.zeros([1, 4001], tf.bfloat16)
    loss = sampled_softmax(scores, tf.range(4001), tf.zeros(4001))
    assert loss.dtype == tf.float32
    assert float(loss) == pytest.approx(math.log(4001), rel=1e-5)


def test_round_trip_and_refusals():
    layer = CrossBatchNegatives(capacity=2, dimension=2)
    contracts.check_layer_round_trip(layer, lambda it: it.candidates().embedding)
    with pytest.raises(ValueError, match="expected a capacity"):
        CrossBatchNegatives(capacity=0, dimension=2)
