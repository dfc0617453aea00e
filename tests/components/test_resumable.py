"""Unfinished work belongs to the inputs and settings that it was begun with."""

from tfx.types import standard_artifacts

from components.resumable import resumable_directory
from tests.trainer_channels import artifact_at


def _inputs(uri="a"):
    return {"examples": artifact_at(standard_artifacts.Examples, uri)}


def test_the_same_inputs_and_settings_share_a_folder():
    assert resumable_directory("base", _inputs(), "x") == resumable_directory(
        "base", _inputs(), "x"
    )


def test_other_inputs_or_settings_do_not():
    folders = {
        resumable_directory(base, _inputs(uri), *settings)
        for base, uri, settings in (
            ("base", "a", ["x"]),
            ("base", "b", ["x"]),
            ("base", "a", ["y"]),
            ("base", "a", ["x", ""]),
            ("gs://bucket", "a", ["x"]),
        )
    }
    assert len(folders) == 5
    assert sum(folder.startswith("gs://bucket/") for folder in folders) == 1


def test_no_base_is_no_folder():
    assert resumable_directory("", _inputs(), "x") is None
