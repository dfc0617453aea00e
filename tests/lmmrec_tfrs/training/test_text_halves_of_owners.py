"""Dividing owners' texts into halves."""

import numpy as np

from lmmrec_tfrs.data import records
from lmmrec_tfrs.layers import TextProjection
from lmmrec_tfrs.training.text_halves import build_text_halves


def _review(item: str, weight: float, vector: list[float]) -> records.ReviewMotivations:
    return records.ReviewMotivations("u", item, np.array([weight]), np.array(vector))


def test_halves_by_hand_in_whatever_order():
    reviews = [_review("c", 0.9, [0, 2]), _review("a", 0.1, [1, 0]), _review("b", 0.4, [0, 1])]
    for order in ([0, 1, 2], [2, 0, 1]):
        halves = build_text_halves(["u", "v"], ["u"] * 3, [reviews[place] for place in order])
        # Dealt out by item: a and c, then b; the vectors have length one.
        np.testing.assert_allclose(halves.weights[0, :, 0], [0.5, 0.4])
        np.testing.assert_allclose(halves.vectors[0], [[1 / 5**0.5, 2 / 5**0.5], [0.0, 1.0]])
        np.testing.assert_array_equal(halves.has_halves, [True, False])
        assert not halves.weights[1].any()
        assert not halves.vectors[1].any()


def test_one_text_is_no_two_halves_and_other_owners_are_passed_over():
    reviews = [_review("a", 0.1, [1, 0]), _review("b", 0.4, [0, 1])]
    halves = build_text_halves(["u"], ["u", "stranger"], reviews)
    assert not halves.has_halves.any()
    assert not halves.weights.any()


def test_projection_and_other_rows():
    reviews = [_review("a", 0.1, [1, 0]), _review("b", 0.4, [0, 1])]
    halves = build_text_halves(["v", "u"], ["u", "u"], reviews)
    projection = TextProjection(2, 1, damping=0.0)
    projection.adapt(np.array([[1.0, 0.0], [0.0, 1.0]]))
    narrow = halves.projected(projection)
    np.testing.assert_allclose(np.abs(narrow.vectors[1]), [[1.0], [1.0]], rtol=1e-5)
    assert not narrow.vectors[0].any()
    np.testing.assert_array_equal(halves.of(np.array([1, 0])).has_halves, [True, False])
