"""From scores to weights, and who gets the language model's time."""

import numpy as np
import pytest

from lmmrec_tfrs.motivation.calibration import Moments, to_weights
from lmmrec_tfrs.motivation.reading import Kind, Reading, Text
from lmmrec_tfrs.motivation.strategies import (
    averaged_scores,
    encoder_scores,
    language_model_priority,
    weigh_by_both,
    weigh_by_encoder,
)

# Zero means and unit deviations: standardised scores are the scores themselves.
UNIT = Moments(1, np.zeros(2), np.ones(2))


def reading(similarity, likelihood=None, text="a text of no less than six words", kind=Kind.REVIEW):
    return Reading(
        source=Text(kind, "u", "i", text),
        vector=np.ones(1, np.float32),
        similarity=np.array(similarity, np.float32),
        clauses=np.array([[0, len(text)]], np.int32),
        clause_similarity=np.array([similarity], np.float16),
        language_model_scores=None if likelihood is None else np.array(likelihood, np.float32),
    )


def test_each_kind_of_text_is_calibrated_on_its_own_mean():
    moments = {"review": UNIT, "catalogue": Moments(1, np.array([1.0, 0.0]), np.array([2.0, 1.0]))}

    assert encoder_scores(reading([2, 0]), moments).tolist() == [2.0, 0.0]
    assert encoder_scores(reading([2, 0], kind=Kind.CATALOGUE), moments).tolist() == [1.0, 0.0]


def test_encoder_and_language_model_are_averaged():
    # Likelihoods -3 and -7 with mean -5 each and deviation 2: standardised 1 and -1.
    likelihood = Moments(1, np.full(2, -5.0), np.full(2, 29.0))
    scored = reading([1, 3], [-3, -7])

    assert averaged_scores(scored, {"review": UNIT}, likelihood).tolist() == [1.0, 1.0]
    with pytest.raises(ValueError, match="did not read"):
        averaged_scores(reading([1, 3]), {"review": UNIT}, likelihood)


def test_averages_are_brought_back_to_the_spread_of_the_encoder():
    half = Moments(1, np.zeros(2), np.full(2, 0.25))
    weighted = weigh_by_both(reading([1, 0], [1, 0]), 1.0, {"review": UNIT}, UNIT, half)

    np.testing.assert_allclose(weighted.weights, to_weights(np.array([2.0, 0.0]), 1.0))


def test_without_likelihood_the_encoder_decides_alone():
    weighted = weigh_by_encoder(reading([1, 0]), 0.5, {"review": UNIT})
    np.testing.assert_allclose(weighted.weights, to_weights(np.array([2.0, 0.0]), 1.0))


def test_undecided_long_texts_come_first():
    def priority(similarity, text="a text of no less than six words", seed=0):
        return language_model_priority(
            reading(similarity, text=text), {"review": UNIT}, 1.0, 6, seed
        )

    assert priority([1, 1]) > priority([1, 0]) > priority([1, 1], text="short")
    assert priority([1, 1])[1] == pytest.approx(1.0)
    assert priority([1, 1], seed=0) != priority([1, 1], seed=1)
    assert priority([1, 1], seed=1) == priority([1, 1], seed=1)
