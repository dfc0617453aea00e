"""LMMRecTrainer on artifacts made by a real tf.Transform run."""

import json
import os
from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils
from tfx import types
from tfx.types import standard_artifacts
from tfx.utils import path_utils

from components.lmmrec_trainer import executor, preprocessing
from components.lmmrec_trainer.component import LMMRecTrainer
from lmmrec_tfrs.data import columns, example_files, records
from lmmrec_tfrs.towers import IdentifiedTower
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.index_pairs import read_index_pairs
from tests import contracts

CONFIG = TrainingConfig(
    embedding_dim=4, epochs=3, batch_size=16, num_uniform_negatives=8, learning_rate=0.01
)
SPECIFICATION = {
    columns.USER_ID: tf.io.FixedLenFeature([], tf.string),
    columns.ITEM_ID: tf.io.VarLenFeature(tf.string),
}
METADATA = dataset_metadata.DatasetMetadata(schema_utils.schema_from_feature_spec(SPECIFICATION))


def _events() -> dict[str, list[dict[str, object]]]:
    """Twelve users and six items; the validation split has a user and an item of its own."""
    train = [
        {columns.USER_ID: f"ü{user}", columns.ITEM_ID: [f"i{(user + step) % 6}"]}
        for user in range(12)
        for step in range(3)
    ]
    validation = [
        {columns.USER_ID: "ü0", columns.ITEM_ID: ["i4"]},
        {columns.USER_ID: "stranger", columns.ITEM_ID: ["i4"]},
        {columns.USER_ID: "ü1", columns.ITEM_ID: ["unseen"]},
        {columns.USER_ID: "ü2", columns.ITEM_ID: []},
    ]
    return {columns.TRAIN: train, columns.VALIDATION: validation}


def _transform(folder: Path) -> dict[str, str]:
    """Runs `preprocessing_fn`; returns the URIs of the transformed examples and the graph."""
    examples, graph = str(folder / "examples"), str(folder / "graph")
    events = _events()
    with beam.Pipeline() as pipeline, tft_beam.Context(str(folder / "temporary")):
        train = (pipeline | "train" >> beam.Create(events[columns.TRAIN]), METADATA)
        transform = train | tft_beam.AnalyzeDataset(preprocessing.preprocessing_fn)
        transform | tft_beam.WriteTransformFn(graph)
        for split in (columns.TRAIN, columns.VALIDATION):
            rows = (pipeline | f"read {split}" >> beam.Create(events[split]), METADATA)
            transformed, metadata = (
                rows,
                transform,
            ) | f"transform {split}" >> tft_beam.TransformDataset()
            coder = tft.coders.ExampleProtoCoder(metadata.schema)
            directory = example_files.split_directory(examples, split)
            _ = (
                transformed
                | f"encode {split}" >> beam.Map(coder.encode)
                | f"write {split}"
                >> beam.io.WriteToTFRecord(
                    os.path.join(directory, "transformed_examples"), file_name_suffix=".gz"
                )
            )
    return {executor.EXAMPLES: examples, executor.TRANSFORM_GRAPH: graph}


def _motivation(owner: str, seed: int) -> records.OwnerMotivations:
    generator = np.random.default_rng(seed)
    return records.OwnerMotivations(
        owner,
        generator.random(3).astype(np.float32),
        generator.normal(size=5).astype(np.float32),
        text_count=2,
    )


def _artifact(artifact_type: type[types.Artifact], uri: str) -> list[types.Artifact]:
    artifact = artifact_type()
    artifact.uri = uri
    return [artifact]


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The URI of each artifact, after training."""
    folder = tmp_path_factory.mktemp("trainer")
    uris = _transform(folder)
    for name in (executor.CATALOGUE, executor.MOTIVATIONS, executor.MODEL, executor.MODEL_RUN):
        uris[name] = str(folder / name)
    items = [records.Item(item, title=item) for item in ("i0", "i1", "only in the catalogue")]
    example_files.write_examples(
        uris[executor.CATALOGUE], columns.CATALOGUE, map(records.item_to_example, items)
    )
    owners = {
        columns.USERS: [f"ü{user}" for user in range(12)],
        columns.ITEMS: ["i0", "i1", "only in the catalogue"],
    }
    for split, ids in owners.items():
        motivations = [_motivation(owner, seed) for seed, owner in enumerate(ids)]
        example_files.write_examples(
            uris[executor.MOTIVATIONS],
            split,
            map(records.owner_motivations_to_example, motivations),
        )
    executor.Executor().Do(
        {
            executor.EXAMPLES: _artifact(standard_artifacts.Examples, uris[executor.EXAMPLES]),
            executor.TRANSFORM_GRAPH: _artifact(
                standard_artifacts.TransformGraph, uris[executor.TRANSFORM_GRAPH]
            ),
            executor.CATALOGUE: _artifact(standard_artifacts.Examples, uris[executor.CATALOGUE]),
            executor.MOTIVATIONS: _artifact(
                standard_artifacts.Examples, uris[executor.MOTIVATIONS]
            ),
        },
        {
            executor.MODEL: _artifact(standard_artifacts.Model, uris[executor.MODEL]),
            executor.MODEL_RUN: _artifact(standard_artifacts.ModelRun, uris[executor.MODEL_RUN]),
        },
        {executor.CONFIG_JSON: CONFIG.model_dump_json()},
    )
    return uris


@pytest.mark.slow
def test_transform_numbers_the_ids_of_train(artifacts: dict[str, str]):
    train = read_index_pairs(artifacts[executor.EXAMPLES], columns.TRAIN)
    assert len(train) == 36
    assert sorted(set(train[:, 0])) == list(range(12))
    assert sorted(set(train[:, 1])) == list(range(6))
    validation = read_index_pairs(artifacts[executor.EXAMPLES], columns.VALIDATION)
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


@pytest.mark.slow
def test_serving_model_keeps_its_contract_in_a_fresh_process(artifacts: dict[str, str]):
    directory = path_utils.serving_model_dir(artifacts[executor.MODEL])
    ids = ["i1", "only in the catalogue", "never seen"]
    outputs = contracts.call_signature_in_fresh_process(directory, "embed_item", "item_id", ids)
    assert outputs["embedding"].shape == (3, CONFIG.embedding_dim + 1)
    np.testing.assert_array_equal(outputs["known"], [True, True, False])
    expected = _motivation("only in the catalogue", 2).weights
    np.testing.assert_allclose(outputs["motivation_weights"][1], expected, rtol=1e-6)
    # One embedding row and one bias for both, but the article has text.
    assert outputs["embedding"][1][-1] == outputs["embedding"][2][-1]
    assert np.abs(outputs["embedding"][1] - outputs["embedding"][2]).max() > 0.0
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
    channels = {
        name: types.Channel(type=artifact_type)
        for name, artifact_type in (
            (executor.EXAMPLES, standard_artifacts.Examples),
            (executor.TRANSFORM_GRAPH, standard_artifacts.TransformGraph),
            (executor.CATALOGUE, standard_artifacts.Examples),
            (executor.MOTIVATIONS, standard_artifacts.Examples),
        )
    }
    component = LMMRecTrainer(**channels, config=CONFIG)
    assert set(component.inputs) == set(channels)
    assert set(component.outputs) == {executor.MODEL, executor.MODEL_RUN}
    sent = component.exec_properties[executor.CONFIG_JSON]
    assert TrainingConfig.model_validate_json(sent) == CONFIG
