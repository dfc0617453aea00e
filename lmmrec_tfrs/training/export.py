"""Writes a trained model: towers for Keras, a SavedModel for everybody else."""

import json
import os
import tempfile

import tensorflow as tf

from lmmrec_tfrs.data.signature_names import EMBED_ITEM, EMBED_QUERY
from lmmrec_tfrs.towers import IdentifiedTower
from lmmrec_tfrs.training.fit import TrainedModel

QUERY_TOWER_FILE = "query_tower.keras"
CANDIDATE_TOWER_FILE = "candidate_tower.keras"


def write_serving_model(trained: TrainedModel, directory: str) -> None:
    """Writes a SavedModel with the signatures `embed_query` and `embed_item`.

    Both take string ids `[batch]` (`user_id`, `item_id`) and return `embedding` float32
    `[batch, dimension + 1]`, `motivation_weights` float32 `[batch, num_motivations]` and
    `known` bool `[batch]`. It needs nothing but TensorFlow to load, and accepts ids never seen.
    """
    module = tf.Module()
    # The Keras objects themselves stay out, or Keras would save them its own way, too.
    module.variables_of_towers = [*trained.query.variables, *trained.candidate.variables]
    module.id_tables = [trained.query.owners.lookup_table, trained.candidate.owners.lookup_table]
    signatures = {
        EMBED_QUERY: _signature(trained.query, "user_id"),
        EMBED_ITEM: _signature(trained.candidate, "item_id"),
    }
    tf.saved_model.save(module, directory, signatures=signatures)


def _signature(tower: IdentifiedTower, argument: str) -> tf.types.experimental.ConcreteFunction:
    function = tf.function(tower.describe)
    return function.get_concrete_function(tf.TensorSpec([None], tf.string, name=argument))


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
            tower.save(path, save_format="keras")
            tf.io.gfile.copy(path, os.path.join(directory, name), overwrite=True)


def write_report(trained: TrainedModel, path: str) -> None:
    """Writes the report of the run as JSON."""
    with tf.io.gfile.GFile(path, "w") as file:
        json.dump(trained.report, file, indent=2)
