"""From scores to weights, and who gets the language model's time."""

import numpy as np
import pytest

from lmmrec_tfrs.motivation.calibration import Calibration, Moments, moments_of, to_weights
from lmmrec_tfrs.motivation.reading import Kind, Reading, Text
from lmmrec_tfrs.motivation.weighing import (
    averaged_scores,
    encoder_scores,
    weigh,
    weigh_by_encoder,
)

# Zero means and unit deviations: standardised scores are the scores themselves.
UNIT = Moments(1, np.zeros(2), np.ones(2))
# Of scores around -5 with a deviation of 2.
SQUARES = np.full(2, 29.0)


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
    calibration = Calibration({"review": UNIT}, {"review": Moments(1, np.full(2, -5.0), SQUARES)})
    scored = reading([1, 3], [-3, -7])

    assert averaged_scores(scored, calibration).tolist() == [1.0, 1.0]
    assert averaged_scores(scored, calibration, share=0.25).tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="did not read"):
        averaged_scores(reading([1, 3]), calibration)


def test_averages_are_brought_back_to_the_spread_of_the_encoder():
    half = Moments(1, np.zeros(2), np.full(2, 0.25))
    calibration = Calibration({"review": UNIT}, {"review": UNIT}, {}, {"language_model": half})
    weighted = weigh(reading([1, 0], [1, 0]), calibration, 1.0)

    np.testing.assert_allclose(weighted.weights, to_weights(np.array([2.0, 0.0]), 1.0))


def test_the_students_scores_are_centred_on_their_own_mean():
    # The teacher's deviation is 2; the predictions 3 and 1 around their mean 1 are 1 and 0.
    teacher = Moments(1, np.full(2, -5.0), SQUARES)
    predicted = Moments(1, np.ones(2), np.ones(2))
    calibration = Calibration(
        {"review": UNIT}, {"review": teacher}, {"review": predicted}, {"student": UNIT}
    )
    read = reading([1, 0]).with_prediction(np.array([3, 1], np.float32))

    assert averaged_scores(read, calibration).tolist() == [1.0, 0.0]
    np.testing.assert_allclose(
        weigh(read, calibration, 1.0).weights, to_weights(np.array([1.0, 0.0]), 1.0)
    )


def test_one_answer_alone_does_not_flatten_the_weights():
    scored = reading([2, 0], [-3, -7])
    answers = {"review": Moments.of(np.array([-3.0, -7.0]))}
    averages = {"language_model": Moments.of(np.array([1.0, 0.0]))}
    weights = weigh(scored, Calibration({"review": UNIT}, answers, {}, averages), 1.0).weights

    assert weights[0] > 0.7


def test_a_kind_of_few_texts_is_calibrated_on_the_reviews():
    few, many = Moments(2, np.zeros(2), np.ones(2)), Moments(100, np.zeros(2), np.ones(2))
    moments = {"review": many, "query": few}

    assert moments_of("query", moments) is many
    assert moments_of("review", moments) is many
    assert moments_of("note", moments) is many
    assert moments_of("query", {"query": few}) is few
    assert moments_of("query", {"query": many, "review": few}) is many
    with pytest.raises(KeyError, match="expected scores"):
        moments_of("query", {})


def test_a_calibration_survives_json():
    calibration = Calibration({"review": UNIT}, averages={"student": UNIT})
    again = Calibration.from_json(calibration.to_json())

    assert again.answers == {}
    assert again.similarity["review"].count == 1
    np.testing.assert_array_equal(again.averages["student"].squares, UNIT.squares)


def test_without_likelihood_the_encoder_decides_alone():
    weighted = weigh_by_encoder(reading([1, 0]), 0.5, {"review": UNIT})
    np.testing.assert_allclose(weighted.weights, to_weights(np.array([2.0, 0.0]), 1.0))
