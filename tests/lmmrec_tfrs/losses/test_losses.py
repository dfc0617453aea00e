"""The losses against values derived by hand."""

import math

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_recommenders as tfrs
from hypothesis import given, settings
from hypothesis import strategies as st

from lmmrec_tfrs.losses import (
    contrastive_alignment,
    full_softmax,
    log_expected_counts,
    sampled_softmax,
)


def test_log_expected_counts_of_the_mixture():
    """Batch 10, shares 0.2 and 0; 6 uniform of 12: 10·0.2 + 6/12 = 2.5 and 0.5."""
    counts = np.exp(log_expected_counts(tf.constant([0.2, 0.0]), 10, 6, 12))
    np.testing.assert_allclose(counts, [2.5, 0.5], rtol=1e-6)


def test_expected_counts_are_what_sampling_gives():
    generator = np.random.default_rng(0)
    frequencies = np.array([0.5, 0.3, 0.2, 0.0])
    batch, uniform, draws = 5, 8, 4000
    counts = (
        generator.multinomial(batch, frequencies, draws)
        + generator.multinomial(uniform, np.full(4, 0.25), draws)
    ).mean(axis=0)
    expected = np.exp(log_expected_counts(tf.constant(frequencies, tf.float32), batch, uniform, 4))
    np.testing.assert_allclose(expected, counts, rtol=0.03)


def test_sampled_softmax_by_hand():
    """Two positives (articles 1, 2), a uniform negative that is article 1 again.

    Scores are logarithms; the expected counts 2, 1 and 2 divide them. Row 0 (article 1): its
    copy in column 2 is an accidental hit, so (4/2) / (4/2 + 3/1) = 2/5. Row 1 (article 2):
    (6/1) / (2/2 + 6/1 + 4/2) = 6/9.
    """
    scores = tf.math.log([[4.0, 3.0, 9.0], [2.0, 6.0, 4.0]])
    loss = sampled_softmax(scores, tf.constant([1, 2, 1]), tf.math.log([2.0, 1.0, 2.0]))
    assert float(loss) == pytest.approx(-(math.log(2 / 5) + math.log(6 / 9)) / 2, rel=1e-6)


def test_temperature_divides_scores_but_not_the_correction():
    """At temperature 2 the scores' square roots count: (√4/2) / (√4/2 + √9/1) = 1/4."""
    scores = tf.math.log([[4.0, 9.0], [9.0, 4.0]])
    loss = sampled_softmax(scores, tf.constant([1, 2]), tf.math.log([2.0, 1.0]), temperature=2.0)
    # Row 1: (√4/1) / (√9/2 + √4/1) = 2 / 3.5.
    assert float(loss) == pytest.approx(-(math.log(1 / 4) + math.log(2 / 3.5)) / 2, rel=1e-6)


def test_sampled_softmax_agrees_with_tfrs():
    """The in-batch case is what TFRS computes; its reduction is a sum."""
    generator = tf.random.Generator.from_seed(3)
    query, candidate = generator.normal([6, 4]), generator.normal([6, 4])
    articles = tf.constant([1, 2, 1, 3, 4, 2])
    share = tf.constant([0.3, 0.2, 0.3, 0.1, 0.1, 0.2])
    task = tfrs.tasks.Retrieval(remove_accidental_hits=True, temperature=0.5)
    expected = task(query, candidate, candidate_sampling_probability=share, candidate_ids=articles)
    loss = sampled_softmax(
        tf.matmul(query, candidate, transpose_b=True), articles, tf.math.log(share), 0.5
    )
    assert float(loss) == pytest.approx(float(expected) / 6, rel=1e-5)


def test_full_softmax_by_hand():
    """-(log(2 / 6) + log(3 / 6)) / 2."""
    scores = tf.math.log([[2.0, 1.0, 3.0], [2.0, 1.0, 3.0]])
    loss = full_softmax(scores, tf.constant([0, 2]))
    assert float(loss) == pytest.approx(-(math.log(2 / 6) + math.log(3 / 6)) / 2, rel=1e-6)


def test_alignment_by_hand_with_a_duplicate_and_a_row_without_text():
    """Rows 0 and 1 are owner 7, row 2 is owner 8, row 3 has no text.

    All first views are unit vectors; cosines with temperature 1. For row 0 the only negative
    is row 2 (row 1 is the same owner, row 3 is not valid).
    """
    first = tf.constant([[1.0, 0.0], [1.0, 0.0], [0.0, 2.0], [5.0, 5.0]])
    second = tf.constant([[3.0, 0.0], [3.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    loss = contrastive_alignment(
        first,
        second,
        owners=tf.constant([7, 7, 8, 9]),
        valid=tf.constant([True, True, True, False]),
        temperature=1.0,
    )
    e = math.e
    # Cosines: first·second = 1 for row 0 with seconds 0, 1 and 2; 0 for row 2 with all.
    row_0 = (-math.log(e / (e + e)) - math.log(e / (e + 1))) / 2
    row_2 = (-math.log(1 / (1 + 1 + 1)) - math.log(1 / (1 + e + e))) / 2
    assert float(loss) == pytest.approx((2 * row_0 + row_2) / 3, rel=1e-5)


def test_alignment_without_any_text_is_zero():
    views = tf.ones([3, 2])
    valid = tf.constant([False] * 3)
    assert float(contrastive_alignment(views, views, tf.range(3), valid)) == 0.0


@settings(max_examples=20)
@given(st.integers(2, 6), st.integers(0, 1000))
def test_losses_are_means(batch: int, seed: int):
    """Repeating the rows of the batch leaves a mean over rows as it is."""
    generator = tf.random.Generator.from_seed(seed)
    scores = generator.normal([batch, batch + 3])
    rows = generator.uniform([batch], maxval=batch + 3, dtype=tf.int32)
    once, twice = (
        full_softmax(scores, rows),
        full_softmax(tf.tile(scores, [2, 1]), tf.tile(rows, [2])),
    )
    assert float(once) == pytest.approx(float(twice), rel=1e-5)
