"""`lmmrec extract` on a part of the bundled sample, with the packaged models."""

import gzip
import importlib.resources
import itertools
import json

import pytest
from typer.testing import CliRunner

from tfx_pipeline.command_line.extract import with_cache
from tfx_pipeline.command_line.main import app
from tfx_pipeline.config import load_config

SETTINGS = ["motivation.max_language_model_texts=2", "motivation.score.few_shot_examples=2"]
REVIEWS = 80


@pytest.fixture
def data(tmp_path):
    sample = importlib.resources.files("tfx_pipeline").joinpath("sample", "data")
    folder = tmp_path / "data"
    folder.mkdir()
    for name, rows in (("reviews", REVIEWS), ("texts", 40), ("articles", None)):
        with (
            gzip.open(str(sample.joinpath(f"{name}.jsonl.gz")), "rb") as whole,
            gzip.open(folder / f"{name}.jsonl.gz", "wb") as part,
        ):
            part.writelines(itertools.islice(whole, rows))
    return str(folder)


def _extract(data, output, *options):
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
def test_what_was_estimated_is_read(data, tmp_path):
    output = tmp_path / "read"
    estimated = _extract(data, output, "--dry-run")
    assert "An estimate: the encoder read" in estimated
    assert "An estimate: the language model read" in estimated
    assert not (output / "motivations").exists()
    assert not (output / ".estimate").exists()

    printed = _extract(data, output, "--set", "motivation.strategy=encode")
    assert "in their words" in printed
    report = json.loads((output / "motivations" / "extraction_report.json").read_text())
    assert report["encoder"]["texts"] > 0
    assert report["encoder"]["cache_hits"] == 0
    assert list((output / "extraction_cache").glob("encoder-*/segment-*"))
