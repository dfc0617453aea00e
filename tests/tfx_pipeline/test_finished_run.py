"""A run that would only repeat the last one is recognised, and nothing else is taken for it."""

import dataclasses
import os

import pytest

from tfx_pipeline.config import load_config
from tfx_pipeline.finished_run import (
    FinishedRun,
    find_finished_run,
    forget_finished_run,
    run_identity,
)


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("reviews", "articles", "texts"):
        (folder / f"{name}.jsonl.gz").write_bytes(name.encode())
    return folder


def _identity(data, *settings, last=None):
    return run_identity(load_config("sample", settings), str(data), last)


def test_the_same_run_has_the_same_identity(data):
    assert _identity(data) == _identity(data) is not None


@pytest.mark.parametrize("settings", [["training.epochs=3"], ["seed=1"]])
def test_another_setting_is_another_run(data, settings):
    assert _identity(data, *settings) != _identity(data)


def test_another_last_component_is_another_run(data):
    assert _identity(data, last="LMMRecTuner") != _identity(data)


def test_other_content_of_the_same_name_size_and_time_is_another_run(data):
    before = _identity(data)
    file = data / "reviews.jsonl.gz"
    times = (file.stat().st_atime, file.stat().st_mtime)
    file.write_bytes(b"REVIEWS")
    os.utime(file, times)
    assert _identity(data) != before


def test_a_schema_or_taxonomy_edited_in_place_is_another_run(data, tmp_path):
    for name, setting in (
        ("own.pbtxt", "validation.schema_file"),
        ("own.yaml", "motivation.taxonomy"),
    ):
        path = tmp_path / name
        path.write_text("before")
        before = _identity(data, f"{setting}={path}")
        path.write_text("after!")
        assert _identity(data, f"{setting}={path}") != before


@pytest.mark.parametrize(
    "settings",
    [
        ["data.events=reviews-{SPAN}.jsonl.gz"],
        ["data.events=gs://bucket/reviews.jsonl"],
        ["training.warm_start_from=some/model"],
    ],
)
def test_what_hangs_on_more_than_local_files_is_not_told(data, settings):
    assert _identity(data, *settings) is None


def test_remote_data_are_not_told():
    assert _identity("gs://bucket/data") is None


def test_another_key_for_user_ids_is_another_run(data, monkeypatch):
    settings = ["data.privacy.hash_user_ids=true"]
    name = load_config("sample", settings).data.privacy.key_environment_variable
    monkeypatch.setenv(name, "a" * 32)
    before = _identity(data, *settings)
    monkeypatch.setenv(name, "b" * 32)
    assert _identity(data, *settings) != before


@pytest.fixture
def finished(tmp_path):
    artifact = tmp_path / "artifact"
    artifact.mkdir()
    (artifact / "file").write_text("x")
    run = FinishedRun("identity", ("A", "B"), (str(artifact),))
    run.write(str(tmp_path))
    return run


def test_a_finished_run_is_found_until_it_is_forgotten(finished, tmp_path):
    assert find_finished_run(str(tmp_path), "identity") == finished
    assert find_finished_run(str(tmp_path), "another") is None
    assert find_finished_run(str(tmp_path), None) is None
    forget_finished_run(str(tmp_path))
    assert find_finished_run(str(tmp_path), "identity") is None
    forget_finished_run(str(tmp_path))


def test_a_run_whose_artifact_is_gone_or_empty_is_not_whole(finished, tmp_path):
    (tmp_path / "artifact" / "file").unlink()
    assert find_finished_run(str(tmp_path), "identity") is None
    (tmp_path / "artifact").rmdir()
    assert find_finished_run(str(tmp_path), "identity") is None


def test_a_run_without_artifacts_is_not_whole(finished, tmp_path):
    dataclasses.replace(finished, artifacts=()).write(str(tmp_path))
    assert find_finished_run(str(tmp_path), "identity") is None


@pytest.mark.parametrize("noted", ["", "[]", "{}", '{"identity": "identity"}', "nul\0"])
def test_a_damaged_note_counts_for_nothing(tmp_path, noted):
    (tmp_path / "finished_run.json").write_text(noted)
    assert find_finished_run(str(tmp_path), "identity") is None
