"""Configurations refuse what they do not know."""

import pytest
from pydantic import Field, ValidationError

from lmmrec_tfrs.configuration import FrozenConfig


class Tower(FrozenConfig):
    embedding_dim: int = Field(64, ge=1)


class Model(FrozenConfig):
    tower: Tower = Field(default_factory=Tower)
    epochs: int = 10


def test_unknown_key_names_the_nearest():
    with pytest.raises(ValidationError, match="did you mean 'epochs'"):
        Model(epoch=3)


def test_unknown_key_in_a_nested_section_names_the_nearest():
    with pytest.raises(ValidationError, match="did you mean 'embedding_dim'"):
        Model(tower={"embeding_dim": 3})


def test_unknown_key_without_a_neighbour_lists_the_known_ones():
    with pytest.raises(ValidationError, match="Known keys: tower, epochs"):
        Model(zzz=1)


def test_values_are_validated_and_frozen():
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        Tower(embedding_dim=0)
    with pytest.raises(ValidationError, match="frozen"):
        Tower().embedding_dim = 3
