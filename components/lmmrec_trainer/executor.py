"""Trains LMMRec on what the other components made."""

import os
from typing import Any

import tensorflow as tf
import tensorflow_transform as tft
from tfx import types
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils
from tfx.utils import path_utils

from lmmrec_tfrs.data import columns, example_files, file_names
from lmmrec_tfrs.training import export, fit
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import build_training_data
from lmmrec_tfrs.training.index_pairs import read_index_pairs

EXAMPLES = "examples"
TRANSFORM_GRAPH = "transform_graph"
CATALOGUE = "catalogue"
MOTIVATIONS = "motivations"
MODEL = "model"
MODEL_RUN = "model_run"
CONFIG_JSON = "config_json"

KERAS_DIRECTORY = "keras"


class Executor(base_executor.BaseExecutor):
    """Opens the artifacts, trains, and writes the model and its logs."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Writes the SavedModel, the Keras towers, the report and the TensorBoard logs."""
        config = TrainingConfig.model_validate_json(exec_properties[CONFIG_JSON])
        examples, transform_graph, catalogue, motivations = (
            artifact_utils.get_single_uri(input_dict[name])
            for name in (EXAMPLES, TRANSFORM_GRAPH, CATALOGUE, MOTIVATIONS)
        )
        graph = tft.TFTransformOutput(transform_graph)
        data = build_training_data(
            user_vocabulary=_vocabulary(graph, columns.USER_ID),
            item_vocabulary=_vocabulary(graph, columns.ITEM_ID),
            train_pairs=read_index_pairs(examples, columns.TRAIN),
            validation_pairs=read_index_pairs(examples, columns.VALIDATION),
            catalogue=example_files.read_catalogue(catalogue),
            user_motivations=example_files.read_owner_motivations(motivations, columns.USERS),
            item_motivations=example_files.read_owner_motivations(motivations, columns.ITEMS),
        )
        logs = artifact_utils.get_single_uri(output_dict[MODEL_RUN])
        trained = fit.train(data, config, logs)
        model = artifact_utils.get_single_uri(output_dict[MODEL])
        export.write_serving_model(trained, path_utils.serving_model_dir(model))
        export.write_keras_towers(trained, os.path.join(model, KERAS_DIRECTORY))
        export.write_report(trained, os.path.join(model, file_names.TRAINING_REPORT))


def _vocabulary(graph: tft.TFTransformOutput, name: str) -> list[str]:
    """The ids in the order of their indices."""
    return [tf.compat.as_text(identifier) for identifier in graph.vocabulary_by_name(name)]
