"""RetrievalIndexer on temporary artifacts."""

import json

import numpy as np
import pytest
import tensorflow as tf
import yaml
from tfx.types import channel, standard_artifacts
from tfx.utils import path_utils

from components.retrieval_indexer.component import RetrievalIndexer
from components.retrieval_indexer.executor import Executor
from lmmrec_tfrs.data import columns, example_files, records
from lmmrec_tfrs.retrieval.config import RetrievalConfig
from lmmrec_tfrs.retrieval.saved_model import load_index
from tests.lmmrec_tfrs.retrieval.toy_model import ToyModel

USERS = {"ann": ([1.0, 1.0], [1.0, 0.0]), "bob": ([-1.0, 1.0], [0.0, 1.0])}
ITEMS = {
    "a": ([3.0, 0.0], [0.5, 0.5]),
    "b": ([2.0, 0.0], [1.0, 0.0]),
    "c": ([1.0, 0.0], [0.0, 1.0]),
}


def artifact(kind, path):
    result = kind()
    result.uri = str(path)
    return result


def write_taxonomy(tmp_path, *names):
    taxonomy = {"name": "toy", "motivations": [{"name": n, "description": n} for n in names]}
    (tmp_path / "motivations" / "taxonomy.yaml").write_text(yaml.safe_dump(taxonomy))


@pytest.fixture
def inputs(tmp_path):
    model = artifact(standard_artifacts.Model, tmp_path / "model")
    ToyModel(USERS, ITEMS).save(path_utils.serving_model_dir(model.uri))
    catalogue = artifact(standard_artifacts.Examples, tmp_path / "catalogue")
    example_files.write_examples(
        catalogue.uri,
        columns.CATALOGUE,
        [records.item_to_example(records.Item(item_id)) for item_id in ITEMS],
    )
    motivations = artifact(standard_artifacts.Examples, tmp_path / "motivations")
    example_files.write_examples(
        motivations.uri,
        columns.USERS,
        [
            records.owner_motivations_to_example(
                records.OwnerMotivations("ann", np.ones(2), np.ones(3), text_count=1)
            )
        ],
    )
    write_taxonomy(tmp_path, "gift", "comfort")
    return {"model": [model], "catalogue": [catalogue], "motivations": [motivations]}


@pytest.fixture
def index(tmp_path):
    return artifact(standard_artifacts.Model, tmp_path / "index")


def run(inputs, index, config):
    Executor().Do(inputs, {"index": [index]}, {"config_json": config.model_dump_json()})
    with open(f"{index.uri}/index_report.json", encoding="utf-8") as file:
        return json.load(file)


@pytest.mark.slow
def test_writes_an_index_that_recommends_with_reasons(inputs, index):
    report = run(inputs, index, RetrievalConfig(reasons_per_item=1))
    assert report["num_items"] == 3
    # Only ann has motivations.
    assert report["verification"]["num_users"] == 1
    assert report["verification"]["recall"] == 1.0
    answer = load_index(path_utils.serving_model_path(index.uri)).signatures["recommend"](
        user_id=tf.constant(["ann", "bob"]),
        k=tf.constant(2),
        exclude_item_ids=tf.constant([["a"], [""]]),
    )
    assert answer["item_ids"].numpy().tolist() == [[b"b", b"c"], [b"c", b"b"]]
    assert answer["motivation_names"].numpy()[0, 0, 0] == b"gift"


@pytest.mark.slow
def test_measures_recall_on_the_users_of_the_training_split(inputs, index, tmp_path):
    examples = artifact(standard_artifacts.Examples, tmp_path / "examples")
    events = [records.Event(user, "a") for user in ("ann", "bob", "ann")]
    example_files.write_examples(examples.uri, columns.TRAIN, map(records.event_to_example, events))
    report = run({**inputs, "examples": [examples]}, index, RetrievalConfig())
    assert report["verification"]["num_users"] == 2


def test_too_low_a_recall_fails_the_component(inputs, index, monkeypatch):
    monkeypatch.setattr("lmmrec_tfrs.retrieval.scann_index.measure_recall", lambda *arguments: 0.5)
    with pytest.raises(RuntimeError, match=r"at least 0\.9500 .* received 0\.5000"):
        run(inputs, index, RetrievalConfig())


def test_a_taxonomy_of_another_size_is_refused(inputs, index, tmp_path):
    write_taxonomy(tmp_path, "gift", "comfort", "warmth")
    with pytest.raises(ValueError, match="trained with another taxonomy"):
        run(inputs, index, RetrievalConfig())


def test_the_specification_carries_the_config_as_json():
    def of(kind):
        return channel.Channel(type=kind)

    component = RetrievalIndexer(
        model=of(standard_artifacts.Model),
        catalogue=of(standard_artifacts.Examples),
        motivations=of(standard_artifacts.Examples),
        config=RetrievalConfig(num_leaves=7),
    )
    config_json = component.exec_properties["config_json"]
    assert RetrievalConfig.model_validate_json(config_json).num_leaves == 7
    assert set(component.inputs) == {"model", "catalogue", "motivations"}
    assert component.outputs["index"].type == standard_artifacts.Model
