"""Calibration, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.motivation.calibration import Moments, standardise, to_weights


def test_the_corpus_mean_is_subtracted():
    # Columns (1, 3) and (10, 14): means 2 and 12, variances 1 and 4, so one deviation of
    # sqrt((1 + 4) / 2).
    scores = np.array([[1.0, 10.0], [3.0, 14.0]])
    moments = Moments.of(scores)

    assert moments.mean.tolist() == [2.0, 12.0]
    assert moments.deviation == pytest.approx(np.sqrt(2.5))
    np.testing.assert_allclose(
        standardise(scores, moments), np.array([[-1, -2], [1, 2]]) / np.sqrt(2.5)
    )


def test_a_candidate_that_is_always_likely_gains_nothing():
    scores = np.array([[-1.0, -9.0], [-1.0, -5.0]])
    assert np.argmax(scores[1]) == 0
    assert np.argmax(standardise(scores, Moments.of(scores))[1]) == 1


def test_a_corpus_of_one_text_says_nothing():
    scores = np.array([[0.2, 0.9]])
    assert standardise(scores, Moments.of(scores)).tolist() == [[0.0, 0.0]]


@given(st.lists(st.lists(st.floats(-10, 10), min_size=2, max_size=2), min_size=1, max_size=8))
def test_moments_merge_in_any_order(rows):
    scores = np.array(rows)
    one_by_one = [Moments.zero(2).add(row) for row in scores]
    merged = Moments.zero(2).merge(reversed(one_by_one))

    assert merged.count == len(rows)
    np.testing.assert_allclose(merged.mean, scores.mean(axis=0), atol=1e-9)


def test_weights_are_the_softmax_of_the_scores_over_the_temperature():
    # exp(0) : exp(ln 3) = 1 : 3
    np.testing.assert_allclose(to_weights(np.array([0.0, np.log(9.0)]), 2.0), [0.25, 0.75])


def test_weights_survive_extreme_scores():
    weights = to_weights(np.array([[1e4, -1e4, 0.0]]), 0.01)
    assert weights.tolist() == [[1.0, 0.0, 0.0]]
    assert weights.dtype == np.float32
