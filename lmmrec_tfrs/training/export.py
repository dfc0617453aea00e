"""Writes a trained model: towers for Keras, a SavedModel for everybody else."""

import json
import os
import tempfile

import tensorflow as tf

from lmmrec_tfrs.data.signature_names import EMBED_HISTORY, EMBED_ITEM, EMBED_QUERY
from lmmrec_tfrs.towers import IdentifiedTower
from lmmrec_tfrs.training.fit import TrainedModel
from lmmrec_tfrs.training.history_signature import embed_history
from lmmrec_tfrs.training.serving_towers import serving_tower
from lmmrec_tfrs.training.tower_files import CANDIDATE_TOWER_FILE, QUERY_TOWER_FILE


def write_serving_model(trained: TrainedModel, directory: str) -> None:
    """Writes a trained model; see `write_saved_model`."""
    write_saved_model(trained.query, trained.candidate, directory)


def write_saved_model(query: IdentifiedTower, candidate: IdentifiedTower, directory: str) -> None:
    """Writes a SavedModel with the signatures `embed_query` and `embed_item`.

    Both take string ids `[batch]` (`user_id`, `item_id`) and return `embedding` float32
    `[batch, dimension + 1]`, `motivation_weights` float32 `[batch, num_motivations]` and
    `known` bool `[batch]`. A backbone that reads histories adds `embed_history`, which takes
    `item_ids` string `[batch, length]`, oldest first and filled up with "", and returns
    `embedding`: clicks of somebody new need no training. The model needs nothing but TensorFlow
    to load, and accepts ids never seen. Under Keras 3 each signature is a layer:
    `keras.layers.TFSMLayer(directory, call_endpoint="embed_query")`.

    Args:
        query: the tower of users.
        candidate: the tower of items.
        directory: where to; may be remote.
    """
    query, candidate = serving_tower(query), serving_tower(candidate)
    module = tf.Module()
    # The Keras objects themselves stay out, or Keras would save them its own way, too.
    module.variables_of_towers = [*query.variables, *candidate.variables]
    module.id_tables = [query.owners.lookup_table, candidate.owners.lookup_table]
    signatures = {
        EMBED_QUERY: _signature(query, "user_id"),
        EMBED_ITEM: _signature(candidate, "item_id"),
    }
    if query.owners.history_length:
        signatures[EMBED_HISTORY] = _history_signature(query, candidate)
    tf.saved_model.save(module, directory, signatures=signatures)


def _signature(tower: IdentifiedTower, argument: str) -> tf.types.experimental.ConcreteFunction:
    # Nothing in a tower branches on tensors: AutoGraph would only read all of its code.
    function = tf.function(tower.describe, autograph=False)
    return function.get_concrete_function(tf.TensorSpec([None], tf.string, name=argument))


def _history_signature(
    query: IdentifiedTower, candidate: IdentifiedTower
) -> tf.types.experimental.ConcreteFunction:
    @tf.function(autograph=False)
    def function(item_ids: tf.Tensor) -> dict[str, tf.Tensor]:
        return embed_history(query, candidate.owners, item_ids)

    return function.get_concrete_function(tf.TensorSpec([None, None], tf.string, name="item_ids"))


def write_keras_towers(trained: TrainedModel, directory: str) -> None:
    """Writes `query_tower.keras` and `candidate_tower.keras`; the folder may be remote.

    `tf.keras.models.load_model` reads them where `lmmrec_tfrs.towers` was imported.
    """
    tf.io.gfile.makedirs(directory)
    with tempfile.TemporaryDirectory() as local:
        for tower, name in (
            (trained.query, QUERY_TOWER_FILE),
            (trained.candidate, CANDIDATE_TOWER_FILE),
        ):
            path = os.path.join(local, name)
            serving_tower(tower).save(path, save_format="keras")
            tf.io.gfile.copy(path, os.path.join(directory, name), overwrite=True)


def write_report(trained: TrainedModel, path: str) -> None:
    """Writes the report of the run as JSON."""
    with tf.io.gfile.GFile(path, "w") as file:
        json.dump(trained.report, file, indent=2)
