"""LMMRecTuner: KerasTuner searches, TFX's artifacts come out, a stopped search goes on."""

import json
import types as python_types
from pathlib import Path

import pytest
from tfx import types
from tfx.dsl.components.base import base_executor
from tfx.types import standard_artifacts

from components.lmmrec_trainer import training_data
from components.lmmrec_trainer.tuned import read_best_values
from components.lmmrec_tuner import executor, tuner
from components.lmmrec_tuner.component import TUNER_FN, LMMRecTuner
from components.lmmrec_tuner.hyperparameters import to_hyperparameters
from lmmrec_tfrs.training import fit
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.tuning.config import TuningConfig
from lmmrec_tfrs.tuning.space import checked_space
from tests.trainer_channels import ARTIFACT_TYPES, artifact_at, input_artifacts, write_channels

pytestmark = pytest.mark.slow

TRAINING = TrainingConfig(
    embedding_dim=4, epochs=2, batch_size=16, num_uniform_negatives=8, learning_rate=0.01
)
SPACE = {
    "learning_rate": {"min": 0.001, "max": 0.1, "sampling": "log"},
    "embedding_dim": {"values": [4, 8]},
}


@pytest.fixture(scope="module")
def uris(tmp_path_factory):
    return write_channels(tmp_path_factory.mktemp("channels"))


class Interrupted(BaseException):
    """What a person's Ctrl-C is: no Exception."""


def _search(uris, folder: Path, tuning: TuningConfig, project: str = "project"):
    """Runs the executor; returns the best values and all results."""
    best, results = str(folder / "best"), str(folder / "results")
    outputs = {
        "best_hyperparameters": artifact_at(standard_artifacts.HyperParameters, best),
        "tuner_results": artifact_at(standard_artifacts.TunerResults, results),
    }
    context = base_executor.BaseExecutor.Context(tmp_dir=str(folder / "tmp"), unique_id="1")
    executor.Executor(context).Do(
        input_artifacts(uris),
        outputs,
        {
            executor.TRAINING_JSON: TRAINING.model_dump_json(),
            executor.TUNING_JSON: tuning.model_dump_json(),
            executor.PROJECT_DIRECTORY: str(folder / project) if project else "",
            "tuner_fn": TUNER_FN,
        },
    )
    values = read_best_values(outputs["best_hyperparameters"])
    return values, json.loads(Path(results, "tuner_results.json").read_text())


@pytest.fixture(scope="module")
def data(uris):
    return training_data.read_training_data(**uris)


@pytest.fixture
def trained(monkeypatch, data):
    """Replaces training: the NDCG is the learning rate. Holds the settings of each trial."""
    configs: list[TrainingConfig] = []
    monkeypatch.setattr(tuner, "read_training_data", lambda **uris: data)

    def train(data, config, log_directory, checkpoint_directory=None):
        configs.append(config)
        validation = {"ndcg_at_6": config.learning_rate, "recall_at_6": 0.5}
        return python_types.SimpleNamespace(report={"validation": validation})

    monkeypatch.setattr(fit, "train", train)
    return configs


@pytest.mark.parametrize("algorithm", ["random", "bayesian"])
def test_the_best_trial_wins(uris, tmp_path, trained, algorithm):
    tuning = TuningConfig(trials=4, algorithm=algorithm, space=SPACE)
    values, results = _search(uris, tmp_path, tuning)
    rates = [config.learning_rate for config in trained]
    assert len(rates) == len(results) == 4
    assert values["learning_rate"] == max(rates)
    assert values["embedding_dim"] in (4, 8)
    assert [row["score"] for row in results] == sorted(rates, reverse=True)
    assert set(results[0]) == {"trial_id", "score", *SPACE}


def test_the_configuration_itself_is_tried_first(uris, tmp_path, trained):
    _search(uris, tmp_path, TuningConfig(trials=2, space=SPACE))
    assert trained[0] == TRAINING


def test_trials_may_be_shorter_than_training(uris, tmp_path, trained):
    _search(uris, tmp_path, TuningConfig(trials=2, epochs=1, space=SPACE))
    assert {config.epochs for config in trained} == {1}


def test_the_seed_decides_what_is_tried(uris, tmp_path, trained):
    for number, seed in enumerate((0, 0, 1)):
        tuning = TuningConfig(trials=3, seed=seed, space=SPACE)
        _search(uris, tmp_path / str(number), tuning)
    assert trained[0:3] == trained[3:6]
    assert trained[0:3] != trained[6:9]


def test_a_search_that_was_stopped_goes_on(uris, tmp_path, trained, monkeypatch):
    tuning = TuningConfig(trials=4, space=SPACE)
    _, uninterrupted = _search(uris, tmp_path / "whole", tuning)
    expected = list(trained)
    trained.clear()
    train = fit.train

    def interrupted(*arguments, **keywords):
        if len(trained) == 2:
            raise Interrupted
        return train(*arguments, **keywords)

    monkeypatch.setattr(fit, "train", interrupted)
    with pytest.raises(Interrupted):
        _search(uris, tmp_path / "stopped", tuning)
    monkeypatch.setattr(fit, "train", train)
    _, results = _search(uris, tmp_path / "stopped", tuning)
    assert trained == expected
    assert results == uninterrupted


def test_more_trials_go_on_from_those_that_were_done(uris, tmp_path, trained):
    _search(uris, tmp_path, TuningConfig(trials=2, space=SPACE))
    _, results = _search(uris, tmp_path, TuningConfig(trials=5, space=SPACE))
    assert len(trained) == len(results) == 5


def test_another_space_starts_afresh(uris, tmp_path, trained):
    _search(uris, tmp_path, TuningConfig(trials=2, space=SPACE))
    other = {"learning_rate": {"values": [0.01, 0.02]}}
    values, _ = _search(uris, tmp_path, TuningConfig(trials=2, space=other))
    assert len(trained) == 4
    assert set(values) == {"learning_rate"}


def test_without_a_project_folder_each_search_is_new(uris, tmp_path, trained):
    for name in ("one", "two"):
        _search(uris, tmp_path / name, TuningConfig(trials=2, space=SPACE), project="")
    assert len(trained) == 4


def test_a_failed_trial_is_left_out(uris, tmp_path, trained, monkeypatch, caplog):
    train = fit.train

    def fails_first(data, config, *arguments, **keywords):
        if not trained:
            trained.append(config)
            raise MemoryError("too large")
        return train(data, config, *arguments, **keywords)

    monkeypatch.setattr(fit, "train", fails_first)
    values, results = _search(uris, tmp_path, TuningConfig(trials=3, space=SPACE))
    assert len(results) == 2
    assert values["learning_rate"] == max(config.learning_rate for config in trained[1:])
    assert "too large" in caplog.text


def test_a_search_without_any_result_fails(uris, tmp_path, monkeypatch):
    def fails(*arguments, **keywords):
        raise MemoryError("too large")

    monkeypatch.setattr(fit, "train", fails)
    with pytest.raises(RuntimeError, match=r"2 that failed(.|\n)*too large"):
        _search(uris, tmp_path, TuningConfig(trials=2, space=SPACE))


def test_real_trials_report_the_validation_ndcg(uris, tmp_path):
    _, results = _search(uris, tmp_path, TuningConfig(trials=2, space=SPACE))
    assert len(results) == 2
    assert all(0.0 <= row["score"] <= 1.0 for row in results)
    assert not list(tmp_path.rglob("checkpoints"))


def test_dimensions_become_keras_tuners():
    space = checked_space(
        TRAINING,
        TuningConfig(
            space={
                **SPACE,
                "batch_size": {"min": 16, "max": 64, "sampling": "log"},
                "popularity_bias": {"values": [True, False]},
                "loss": {"values": ["full_softmax", "sampled_softmax"]},
            }
        ).space,
    )
    kinds = {hp.name: type(hp).__name__ for hp in to_hyperparameters(space).space}
    assert kinds == {
        "learning_rate": "Float",
        "embedding_dim": "Choice",
        "batch_size": "Int",
        "popularity_bias": "Boolean",
        "loss": "Choice",
    }


def test_component_declares_its_channels():
    inputs = {name: types.Channel(type=kind) for name, kind in ARTIFACT_TYPES.items()}
    tuning = TuningConfig(trials=3)
    component = LMMRecTuner(**inputs, training=TRAINING, tuning=tuning)
    assert set(component.inputs) == set(inputs)
    assert component.outputs["best_hyperparameters"].type is standard_artifacts.HyperParameters
    assert component.outputs["tuner_results"].type is standard_artifacts.TunerResults
    sent = component.exec_properties[executor.TUNING_JSON]
    assert TuningConfig.model_validate_json(sent) == tuning
