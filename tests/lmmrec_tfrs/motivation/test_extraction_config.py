"""The settings of the extraction, and what is said while it runs."""

import logging

import pytest

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.extraction.progress import Progress


@pytest.mark.parametrize(
    "bad",
    [
        {"temperature": 0.0},
        {"strategy": "guess"},
        {"max_language_model_texts": -1},
        {"max_tokens": 1024},
        {"seed": -1},
    ],
)
def test_values_out_of_range_are_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        ExtractionConfig(**bad)


def test_an_unknown_key_suggests_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'temperature'"):
        ExtractionConfig(temprature=0.5)


def test_the_settings_survive_json():
    config = ExtractionConfig(taxonomy="video_games", strategy="encode", seed=5)
    assert ExtractionConfig.model_validate_json(config.model_dump_json()) == config


def test_progress_is_logged_at_intervals(caplog):
    with caplog.at_level(logging.INFO):
        Progress("encoder", interval=3600.0).add(5, 50)
        assert not caplog.records
        Progress("encoder", interval=0.0).add(5, 50)
    assert "encoder: 5 texts read" in caplog.text
