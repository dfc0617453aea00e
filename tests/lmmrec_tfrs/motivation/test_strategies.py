"""Strategies by their names, shipped and one's own."""

import inspect

import numpy as np
import pytest

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.reader import MotivationReader
from lmmrec_tfrs.motivation.reading import WeightedReading
from lmmrec_tfrs.motivation.strategies.names import SHIPPED
from lmmrec_tfrs.motivation.strategies.strategy import Strategy, strategy_of
from tests.lmmrec_tfrs.motivation.fakes import SMALL_TAXONOMY, FakeModels


class LongestWord(Strategy):
    """One's own: every text seeks the first motivation."""

    def weigh(self, reading, calibration):
        """All to the first."""
        return WeightedReading(reading, np.float32([1.0, 0.0, 0.0]))


def config_of(name):
    precomputed = {"reviews": "x.jsonl"} if name == "precomputed" else None
    return ExtractionConfig(strategy=name, precomputed=precomputed)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_strategy_lies_in_the_file_of_its_name(name):
    strategy = strategy_of(config_of(name))
    assert inspect.getmodule(type(strategy)).__name__.endswith(f"strategies.{name}")
    assert strategy.has_language_model == (name in ("score", "generate"))


def test_a_strategy_of_ones_own_reads():
    config = ExtractionConfig(strategy=f"{__name__}:LongestWord")
    reader = MotivationReader(config, SMALL_TAXONOMY, FakeModels())
    assert reader.read(["a gift"])[0].weights.tolist() == [1.0, 0.0, 0.0]


def test_a_name_without_a_strategy_is_refused():
    with pytest.raises(ValueError, match="no_such_module"):
        strategy_of(ExtractionConfig(strategy="no_such_module:Reader"))
    with pytest.raises(ValueError, match="subclass of"):
        strategy_of(ExtractionConfig(strategy="json:JSONDecoder"))


def test_the_encoder_alone_asks_no_language_model():
    strategy = strategy_of(ExtractionConfig(strategy="encode"))
    with pytest.raises(ValueError, match="'score' or 'generate'"):
        strategy.load_language_model(SMALL_TAXONOMY, lambda: None)
