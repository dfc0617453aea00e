"""Holm's correction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.evaluation.holm import holm

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_four_comparisons_by_hand():
    # Sorted: 0.005 x 4, 0.01 x 3, 0.03 x 2, 0.04 x 1 = 0.02, 0.03, 0.06, 0.04; the last is
    # raised to the one before.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_one_comparison_stays_and_none_is_fine():
    assert holm([0.2]) == [0.2]
    assert holm([]) == []


def test_nothing_exceeds_one():
    assert holm([0.5, 0.9, 0.7]) == [1.0, 1.0, 1.0]


@given(P_VALUES)
def test_never_less_than_raw_nor_more_than_bonferroni(p_values):
    adjusted = np.array(holm(p_values))
    assert (adjusted >= p_values).all()
    assert (adjusted <= np.minimum(1.0, len(p_values) * np.array(p_values))).all()


@given(P_VALUES)
def test_the_order_of_the_raw_ones_is_kept(p_values):
    adjusted = np.array(holm(p_values))[np.argsort(p_values)]
    assert (np.diff(adjusted) >= 0).all()


@given(P_VALUES, st.randoms())
def test_the_order_of_the_family_does_not_matter(p_values, random):
    places = list(range(len(p_values)))
    random.shuffle(places)
    adjusted = holm(p_values)
    assert holm([p_values[place] for place in places]) == [adjusted[place] for place in places]


@given(P_VALUES, st.floats(0, 1))
def test_a_further_comparison_never_makes_one_more_significant(p_values, further):
    assert (np.array(holm([*p_values, further]))[:-1] >= holm(p_values)).all()


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused(wrong):
    with pytest.raises(ValueError, match=r"expected p-values in \[0, 1\]"):
        holm([0.5, wrong])
