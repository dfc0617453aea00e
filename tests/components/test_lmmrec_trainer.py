"""LMMRecTrainer on artifacts made by a real tf.Transform run."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from tfx import types
from tfx.types import standard_artifacts
from tfx.utils import path_utils

from components.lmmrec_trainer import channels, executor
from components.lmmrec_trainer.component import LMMRecTrainer
from lmmrec_tfrs.data import columns
from lmmrec_tfrs.towers import IdentifiedTower
from lmmrec_tfrs.training import fit
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.index_pairs import read_index_pairs
from tests import contracts
from tests.trainer_channels import (
    ARTIFACT_TYPES,
    artifact_at,
    input_artifacts,
    motivation_of,
    write_channels,
)

CONFIG = TrainingConfig(
    embedding_dim=4,
    epochs=3,
    batch_size=16,
    num_uniform_negatives=8,
    learning_rate=0.01,
    # So often that the bias of what is known by text alone is trained in so few steps.
    id_dropout=0.5,
)


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The URI of each artifact, after training."""
    folder = tmp_path_factory.mktemp("trainer")
    uris = write_channels(folder)
    return {**uris, **_train(input_artifacts(uris), folder)}


def _train(
    inputs: dict[str, list[types.Artifact]], folder: Path, checkpoint_directory: str = ""
) -> dict[str, str]:
    """Runs the executor; returns the URIs of its outputs."""
    uris = {name: str(folder / name) for name in (executor.MODEL, executor.MODEL_RUN)}
    executor.Executor().Do(
        inputs,
        {
            executor.MODEL: artifact_at(standard_artifacts.Model, uris[executor.MODEL]),
            executor.MODEL_RUN: artifact_at(standard_artifacts.ModelRun, uris[executor.MODEL_RUN]),
        },
        {
            executor.CONFIG_JSON: CONFIG.model_dump_json(),
            executor.CHECKPOINT_DIRECTORY: checkpoint_directory,
        },
    )
    return uris


def test_workers_are_set_up_before_anything_is_read(tmp_path, monkeypatch):
    """For several of them that is too late once TensorFlow has been used."""
    monkeypatch.delenv("TF_CONFIG", raising=False)
    monkeypatch.setattr(executor, "read_training_data", lambda **_: pytest.fail("was read"))
    config = TrainingConfig(distribution="multi_worker")
    with pytest.raises(ValueError, match="the cluster of 'multi_worker'"):
        executor.Executor().Do({}, {}, {executor.CONFIG_JSON: config.model_dump_json()})


@pytest.mark.slow
def test_transform_numbers_the_ids_of_train(artifacts: dict[str, str]):
    train, _ = read_index_pairs(artifacts[channels.EXAMPLES], columns.TRAIN)
    assert len(train) == 36
    assert sorted(set(train[:, 0])) == list(range(12))
    assert sorted(set(train[:, 1])) == list(range(6))
    validation, _ = read_index_pairs(artifacts[channels.EXAMPLES], columns.VALIDATION)
    # A stranger, an unseen item and a missing one get the index past the vocabulary.
    assert (validation[:, 0] == 12).sum() == 1
    assert (validation[:, 1] == 6).sum() == 2


@pytest.mark.slow
def test_report_counts_what_went_in(artifacts: dict[str, str]):
    report = json.loads(Path(artifacts[executor.MODEL], "training_report.json").read_text())
    assert report["num_train_pairs"] == 36
    assert report["num_validation_pairs"] == 1
    assert report["num_dropped_validation_pairs"] == 3
    assert report["num_users"] == 12
    assert report["num_items"] == 7
    assert report["num_items_without_interactions"] == 1
    assert report["num_users_with_text"] == 12
    assert report["num_items_with_text"] == 3
    assert report["config"]["embedding_dim"] == 4
    assert report["tuned"] is None


@pytest.mark.slow
def test_serving_model_keeps_its_contract_in_a_fresh_process(artifacts: dict[str, str]):
    directory = path_utils.serving_model_dir(artifacts[executor.MODEL])
    ids = ["i1", "only in the catalogue", "never seen"]
    outputs = contracts.call_signature_in_fresh_process(directory, "embed_item", "item_id", ids)
    assert outputs["embedding"].shape == (3, CONFIG.embedding_dim + 1)
    np.testing.assert_array_equal(outputs["known"], [True, True, False])
    expected = motivation_of("only in the catalogue", 2).weights
    np.testing.assert_allclose(outputs["motivation_weights"][1], expected, rtol=1e-6)
    # One embedding row and one bias for both, but the article's text adds to place and bias.
    difference = np.abs(outputs["embedding"][1] - outputs["embedding"][2])
    assert difference[:-1].max() > 0.0
    assert difference[-1] > 0.0
    model = tf.saved_model.load(directory)
    users = model.signatures["embed_query"](user_id=tf.constant(["ü0", "nobody"]))
    np.testing.assert_array_equal(users["known"], [True, False])
    np.testing.assert_array_equal(users["embedding"][:, -1], [1.0, 1.0])


@pytest.mark.slow
def test_keras_towers_agree_with_the_serving_model(artifacts: dict[str, str]):
    path = os.path.join(artifacts[executor.MODEL], "keras", "candidate_tower.keras")
    tower = tf.keras.models.load_model(path)
    assert isinstance(tower, IdentifiedTower)
    model = tf.saved_model.load(path_utils.serving_model_dir(artifacts[executor.MODEL]))
    ids = tf.constant(["i0", "never seen"])
    served = model.signatures["embed_item"](item_id=ids)["embedding"]
    np.testing.assert_allclose(tower(ids), served, rtol=1e-5, atol=1e-6)


@pytest.mark.slow
def test_logs_are_written_for_tensorboard(artifacts: dict[str, str]):
    logs = Path(artifacts[executor.MODEL_RUN])
    assert {path.parent.name for path in logs.rglob("events.out.tfevents*")} == {
        "train",
        "validation",
        "settings",
    }


def test_missing_split_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="'validation'"):
        read_index_pairs(str(tmp_path), columns.VALIDATION)


def test_component_declares_its_channels():
    inputs = {name: types.Channel(type=kind) for name, kind in ARTIFACT_TYPES.items()}
    component = LMMRecTrainer(**inputs, config=CONFIG)
    assert set(component.inputs) == set(inputs)
    assert set(component.outputs) == {executor.MODEL, executor.MODEL_RUN}
    sent = component.exec_properties[executor.CONFIG_JSON]
    assert TrainingConfig.model_validate_json(sent) == CONFIG


@pytest.mark.slow
def test_the_best_hyperparameters_of_a_search_are_used(artifacts, tmp_path):
    best = tmp_path / "best"
    best.mkdir()
    values = {"learning_rate": 0.02, "embedding_dim": 6}
    (best / "best_hyperparameters.txt").write_text(json.dumps({"space": [], "values": values}))
    inputs = input_artifacts(artifacts)
    inputs[executor.HYPERPARAMETERS] = artifact_at(standard_artifacts.HyperParameters, str(best))
    _train(inputs, tmp_path)
    report = json.loads((tmp_path / "model" / "training_report.json").read_text())
    assert report["config"] == CONFIG.model_copy(update=values).model_dump(mode="json")
    assert report["tuned"] == {"values": values, "from": str(best)}


@pytest.mark.slow
def test_checkpoints_of_a_killed_run_are_taken_up_and_then_removed(
    artifacts, tmp_path, monkeypatch
):
    given = []
    train = fit.train

    def killed(data, config, log_directory, strategy, checkpoint_directory):
        given.append(checkpoint_directory)
        os.makedirs(checkpoint_directory)
        raise KeyboardInterrupt

    def watched(data, config, log_directory, strategy, checkpoint_directory):
        assert os.path.isdir(checkpoint_directory)
        given.append(checkpoint_directory)
        return train(data, config, log_directory, strategy, checkpoint_directory)

    monkeypatch.setattr(fit, "train", killed)
    with pytest.raises(KeyboardInterrupt):
        _train(input_artifacts(artifacts), tmp_path / "first", str(tmp_path / "checkpoints"))
    monkeypatch.setattr(fit, "train", watched)
    _train(input_artifacts(artifacts), tmp_path / "second", str(tmp_path / "checkpoints"))
    assert given[0] == given[1]
    assert list((tmp_path / "checkpoints").iterdir()) == []
