"""Settings are found, read and replaced by dotted names."""

import pytest
from pydantic import Field, ValidationError

from lmmrec_tfrs.configuration import FrozenConfig
from lmmrec_tfrs.tuning.overlay import overlay, setting, setting_names


class Graph(FrozenConfig):
    layers: int = Field(2, ge=1)


class Backbone(FrozenConfig):
    graph: Graph = Graph()
    name: str = "graph"


class Settings(FrozenConfig):
    rate: float = 0.1
    sizes: tuple[int, ...] = (1, 2)
    backbone: Backbone = Backbone()
    other: Graph | None = None


def test_names_are_those_of_the_leaves():
    expected = ["rate", "sizes", "backbone.graph.layers", "backbone.name", "other"]
    assert setting_names(Settings()) == expected


def test_nested_values_are_replaced_and_the_rest_stays():
    before = Settings(rate=0.3)
    after = overlay(before, {"backbone.graph.layers": 3})
    assert after == Settings(rate=0.3, backbone=Backbone(graph=Graph(layers=3)))
    assert before.backbone.graph.layers == 2
    assert setting(after, "backbone.graph.layers") == 3


def test_no_values_change_nothing():
    assert overlay(Settings(rate=0.3), {}) == Settings(rate=0.3)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rat", "did you mean 'rate'"),
        ("backbone.graph.layer", "did you mean 'backbone.graph.layers'"),
        ("backbone", "expected a setting of Settings, received 'backbone'"),
        ("other.layers", "received 'other.layers'"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(name, message):
    with pytest.raises(ValueError, match=message):
        overlay(Settings(), {name: 1})
    with pytest.raises(ValueError, match=message):
        setting(Settings(), name)


def test_values_are_validated():
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        overlay(Settings(), {"backbone.graph.layers": 0})
