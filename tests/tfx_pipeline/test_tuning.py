"""The search for hyper-parameters in the pipeline, on a small part of the bundled sample."""

import gzip
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tfx_pipeline.command_line.main import app
from tfx_pipeline.command_line.trials import read_trials
from tfx_pipeline.output_folder import OutputFolder

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

SAMPLE = Path(__file__).resolve().parents[2] / "tfx_pipeline" / "sample" / "data"
SHOPPERS = 60
SETTINGS = [
    "motivation.strategy=encode",
    "training.epochs=3",
    "training.embedding_dim=8",
    "tuning.trials=2",
    "tuning.epochs=1",
    "tuning.space={learning_rate: {min: 0.001, max: 0.1, sampling: log}, dropout: "
    "{values: [0.2, 0.4]}}",
]


def _invoke(command: str, output: Path, *arguments: str) -> str:
    given = [command, "--output", str(output), *arguments]
    result = CliRunner().invoke(app, given, env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The sample's files, with the rows of a few shoppers only."""
    folder = tmp_path_factory.mktemp("data")
    shoppers: set[str] = set()
    for name in ("articles", "reviews", "texts"):
        with gzip.open(SAMPLE / f"{name}.jsonl.gz") as source:
            lines = list(source)
        if name != "articles":
            lines = [line for line in lines if _is_of_few(line, shoppers)]
        with gzip.open(folder / f"{name}.jsonl.gz", "wb") as target:
            target.writelines(lines)
    return folder


def _is_of_few(line: bytes, shoppers: set[str]) -> bool:
    try:
        user = json.loads(line)["user_id"]
    except (ValueError, KeyError, TypeError):
        return False  # A row with a planted fault.
    if len(shoppers) < SHOPPERS:
        shoppers.add(user)
    return user in shoppers


@pytest.fixture(scope="module")
def folder(data, tmp_path_factory):
    """The output of `lmmrec tune` and then `lmmrec run`; what they printed lies beside it."""
    output = tmp_path_factory.mktemp("output")
    options = ["--config", "sample", "--data", str(data)]
    for setting in SETTINGS:
        options += ["--set", setting]
    for command in ("tune", "run"):
        (output / f"{command}.txt").write_text(_invoke(command, output, *options))
    return OutputFolder(str(output))


def _report(folder: OutputFolder) -> dict:
    path = os.path.join(folder.artifact("LMMRecTrainer", "model"), "training_report.json")
    return json.loads(Path(path).read_text())


def test_the_search_alone_ends_before_training(folder):
    printed = Path(folder.path, "tune.txt").read_text()
    assert "The best of 2 trials" in printed
    assert "LMMRecTuner" in printed
    assert "LMMRecTrainer" not in printed


def test_the_run_takes_up_the_search(folder):
    printed = Path(folder.path, "run.txt").read_text()
    assert "LMMRecTuner: unchanged, reused" in printed
    assert "LMMRecTrainer" in printed


def test_the_trainer_uses_the_best_values_and_says_so(folder):
    best, *_ = read_trials(folder)
    report = _report(folder)
    assert set(report["tuned"]["values"]) == {"learning_rate", "dropout"}
    assert report["tuned"]["from"] == folder.artifact("LMMRecTuner", "best_hyperparameters")
    for name, value in report["tuned"]["values"].items():
        assert report["config"][name] == value == best[name]
    # The shorter trials are not for the model that is served.
    assert report["config"]["epochs"] == 3


def test_no_checkpoints_are_left_behind(folder):
    assert not list(Path(folder.path, "pipeline_root", ".resumable", "LMMRecTrainer").glob("*"))


def test_trials_can_be_inspected(folder):
    printed = _invoke("inspect", Path(folder.path), "tuning", "--rows", "1")
    assert "learning_rate=" in printed
    assert "LMMRecTuner" in _invoke("inspect", Path(folder.path))
