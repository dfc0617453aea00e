"""What may be searched, and what is refused before anything runs."""

import pytest
from pydantic import ValidationError

from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.tuning.config import SearchDimension, TuningConfig
from lmmrec_tfrs.tuning.space import checked_space, starting_values


def _checked(**space):
    return checked_space(TrainingConfig(), TuningConfig(space=space).space)


def test_nothing_is_searched_unless_asked_for():
    assert TuningConfig().trials == 0


def test_the_default_space_suits_the_default_training_and_contains_it():
    training = TrainingConfig()
    space = checked_space(training, TuningConfig().space)
    values = starting_values(training, space)
    assert values is not None
    assert values["learning_rate"] == training.learning_rate


@pytest.mark.parametrize(
    ("dimension", "message"),
    [
        ({}, "expected values, or both min and max"),
        ({"min": 0.1}, "expected values, or both min and max"),
        ({"min": 0.2, "max": 0.2}, "expected min below max"),
        ({"min": 0, "max": 1, "sampling": "log"}, "a min above 0"),
        ({"values": [1, 2], "min": 1, "max": 2}, "either values or min and max"),
        ({"values": [1]}, "two or more different values"),
        ({"values": [1, 1]}, "two or more different values"),
        ({"minimum": 1}, "did you mean 'min'"),
    ],
)
def test_dimensions_that_say_nothing_are_refused(dimension, message):
    with pytest.raises(ValidationError, match=message):
        SearchDimension(**dimension)


def test_an_empty_space_is_refused():
    with pytest.raises(ValidationError, match="one or more settings in space"):
        TuningConfig(space={})


@pytest.mark.parametrize(
    ("name", "dimension", "message"),
    [
        ("learning_rat", {"min": 0.1, "max": 1}, "did you mean 'learning_rate'"),
        ("learning_rate", {"min": 0, "max": 1}, "tuning.space.learning_rate: 0 is not allowed"),
        ("learning_rate", {"values": [0.1, -1]}, "-1 is not allowed"),
        ("embedding_dim", {"min": 1.5, "max": 8}, "1.5 is not allowed"),
        ("loss", {"min": 0, "max": 1}, "is not allowed"),
        ("popularity_bias", {"min": 0, "max": 1}, "the setting is no number"),
        ("use_text", {"values": [True, "shuffled"]}, "values of one type"),
        ("validation_k", {"values": [10, 20]}, "cannot be searched"),
    ],
)
def test_what_training_would_not_accept_is_refused(name, dimension, message):
    with pytest.raises(ValueError, match=message):
        _checked(**{name: dimension})


def test_values_get_the_types_of_their_settings():
    space = _checked(
        dropout={"values": [0, 0.5]},
        embedding_dim={"min": 8, "max": 64, "sampling": "log"},
        l2={"min": 0, "max": 1},
        popularity_bias={"values": [True, False]},
    )
    assert [type(value) for value in space["dropout"].values] == [float, float]
    assert type(space["embedding_dim"].min) is int
    assert type(space["l2"].max) is float
    assert space["popularity_bias"].values == (True, False)


@pytest.mark.parametrize(
    "dimension", [{"values": [0.1, 0.4]}, {"min": 0.3, "max": 0.5}, {"min": 0.0, "max": 0.1}]
)
def test_there_is_no_start_outside_the_space(dimension):
    assert starting_values(TrainingConfig(dropout=0.2), _checked(dropout=dimension)) is None


def test_the_start_is_where_the_configuration_is():
    space = _checked(dropout={"values": [0.1, 0.2]}, l2={"min": 0.5, "max": 1.0})
    training = TrainingConfig(dropout=0.2, l2=0.5)
    assert starting_values(training, space) == {"dropout": 0.2, "l2": 0.5}
