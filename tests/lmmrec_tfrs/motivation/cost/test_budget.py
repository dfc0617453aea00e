"""Who gets the language model's time."""

import numpy as np
import pytest

from lmmrec_tfrs.motivation.calibration import Moments
from lmmrec_tfrs.motivation.cost.budget import language_model_priority, may_be_read
from lmmrec_tfrs.motivation.reading import Kind, Reading, Text

UNIT = Moments(1, np.zeros(2), np.ones(2))


def priority(similarity, text="a text of no less than six words", seed=0, answered=False):
    reading = Reading(
        source=Text(Kind.REVIEW, "u", "i", text),
        vector=np.ones(1, np.float32),
        similarity=np.array(similarity, np.float32),
        clauses=np.array([[0, len(text)]], np.int32),
        clause_similarity=np.array([similarity], np.float16),
    )
    return language_model_priority(reading, {"review": UNIT}, 1.0, 6, seed, answered)


def test_undecided_long_texts_come_first():
    assert priority([1, 1]) > priority([1, 0]) > priority([1, 1], text="short")
    assert priority([1, 1])[2] == pytest.approx(1.0)
    assert priority([1, 1], seed=0) != priority([1, 1], seed=1)
    assert priority([1, 1], seed=1) == priority([1, 1], seed=1)


def test_what_is_answered_comes_before_all_else():
    assert priority([1, 0], text="short", answered=True) > priority([1, 1])


def test_the_catalogue_is_left_to_the_encoder():
    assert may_be_read(Text(Kind.QUERY, "u", "", "x"))
    assert not may_be_read(Text(Kind.CATALOGUE, "", "i", "x"))
    assert not may_be_read(Text(Kind.USER_PROFILE, "u", "", "x"))
