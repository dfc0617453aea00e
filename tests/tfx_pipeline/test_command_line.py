"""Errors of the command are messages for people, not tracebacks."""

import pytest
from typer.testing import CliRunner

from tests.tfx_pipeline.command_modules import heavy_modules_of
from tfx_pipeline.command_line.main import app


def _invoke(*arguments):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})


def test_an_unknown_setting_is_explained(tmp_path):
    result = _invoke(
        "run", "-c", "sample", "-d", str(tmp_path), "-o", str(tmp_path), "-s", "training.epoch=1"
    )
    assert result.exit_code == 1
    assert "did you mean 'epochs'" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "arguments", [["inspect"], ["evaluate"], ["recommend", "--user", "somebody"]]
)
def test_a_folder_without_a_run_is_explained(tmp_path, arguments):
    command, *rest = arguments
    result = _invoke(command, "--output", str(tmp_path), *rest)
    assert result.exit_code == 1
    assert "found no config.yaml" in result.output


def test_a_search_without_trials_is_explained(tmp_path):
    result = _invoke("tune", "-c", "sample", "-d", str(tmp_path), "-o", str(tmp_path))
    assert result.exit_code == 1
    assert "pass --trials" in result.output


@pytest.mark.slow
def test_missing_input_files_are_named(tmp_path):
    result = _invoke("run", "-c", "sample", "-d", str(tmp_path), "-o", str(tmp_path / "output"))
    assert result.exit_code == 1
    assert "reviews.jsonl.gz" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "-c", "sample", "-d", "{0}", "-o", "{0}", "-s", "training.epoch=1"),
        ("run", "-c", "sample", "-d", "{0}/none", "-o", "{0}"),
        ("extract", "-c", "missing.yaml", "-d", "{0}", "-o", "{0}"),
        ("recommend", "-o", "{0}", "--user", "somebody"),
        ("evaluate", "-o", "{0}"),
    ],
)
def test_what_is_wrong_is_said_before_anything_large_is_loaded(tmp_path, arguments):
    given = [argument.format(tmp_path) for argument in arguments]
    assert heavy_modules_of(*given) == (1, [])


def test_a_file_in_a_folders_place_is_explained(tmp_path):
    (tmp_path / "file").write_text("")
    for data, output in ((tmp_path / "file", tmp_path), (tmp_path, tmp_path / "file")):
        result = _invoke("run", "-c", "sample", "-d", str(data), "-o", str(output))
        assert result.exit_code == 1
        assert "expected" in result.output
        assert "a file" in result.output
