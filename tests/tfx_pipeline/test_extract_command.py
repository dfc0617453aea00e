"""`lmmrec extract` on the bundled sample, with the packaged models."""

import importlib.resources
import json

import pytest
from typer.testing import CliRunner

from tfx_pipeline.command_line.extract import with_cache
from tfx_pipeline.command_line.main import app
from tfx_pipeline.config import load_config

SETTINGS = ["motivation.max_language_model_texts=4", "motivation.score.few_shot_examples=2"]


def _extract(output, *options):
    data = str(importlib.resources.files("tfx_pipeline").joinpath("sample", "data"))
    settings = [part for setting in SETTINGS for part in ("--set", setting)]
    command = ["extract", "-c", "sample", "-d", data, "-o", str(output), *settings, *options]
    result = CliRunner().invoke(app, command, env={"COLUMNS": "160"}, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_the_cache_lies_in_the_output_unless_it_is_set(tmp_path):
    config = load_config("sample")
    cached = with_cache(config, str(tmp_path))

    assert cached.motivation.cache_directory == str(tmp_path / "extraction_cache")
    elsewhere = load_config("sample", ["motivation.cache_directory=/elsewhere"])
    assert with_cache(elsewhere, str(tmp_path)) == elsewhere


@pytest.mark.slow
def test_what_was_estimated_is_read_and_then_costs_nothing(tmp_path):
    estimated = _extract(tmp_path, "--dry-run")
    assert "An estimate: the encoder read" in estimated
    assert not (tmp_path / "motivations").exists()
    assert not (tmp_path / ".estimate").exists()

    printed = _extract(tmp_path)
    assert "masked" in printed
    report = json.loads((tmp_path / "motivations" / "extraction_report.json").read_text())
    assert report["reviews_read_by_language_model"] == 4
    assert report["encoder"]["cache_hits"] == 0

    again = _extract(tmp_path, "--dry-run")
    assert "An estimate" not in again
