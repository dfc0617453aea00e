"""Trains LMMRec on what the other components made."""

import dataclasses
import os
from typing import Any

from tfx import types
from tfx.dsl.components.base import base_executor
from tfx.dsl.io import fileio
from tfx.types import artifact_utils
from tfx.utils import path_utils

from components.lmmrec_trainer.channels import TRAINING_DATA
from components.lmmrec_trainer.training_data import read_training_data
from components.lmmrec_trainer.tuned import read_best_values
from components.resumable import resumable_directory
from lmmrec_tfrs.data import file_names
from lmmrec_tfrs.training import distribution, export, fit
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.tuning.overlay import overlay

HYPERPARAMETERS = "hyperparameters"
MODEL = "model"
MODEL_RUN = "model_run"
CONFIG_JSON = "config_json"
CHECKPOINT_DIRECTORY = "checkpoint_directory"

KERAS_DIRECTORY = "keras"


class Executor(base_executor.BaseExecutor):
    """Opens the artifacts, trains, and writes the model and its logs."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Writes the SavedModel, the Keras towers, the report and the TensorBoard logs.

        Where hyper-parameters were searched, the best take the place of the configured ones; the
        report's `config` is what was used, and its `tuned` says which values came from where.
        """
        config_json = exec_properties[CONFIG_JSON]
        config, tuned = _with_best_values(
            TrainingConfig.model_validate_json(config_json), input_dict.get(HYPERPARAMETERS)
        )
        # Several workers cannot be set up once TensorFlow has been used, as it is in reading.
        strategy = distribution.make_strategy(config.distribution)
        data = read_training_data(
            **{name: artifact_utils.get_single_uri(input_dict[name]) for name in TRAINING_DATA}
        )
        checkpoints = resumable_directory(
            exec_properties.get(CHECKPOINT_DIRECTORY, ""), input_dict, config_json
        )
        logs = artifact_utils.get_single_uri(output_dict[MODEL_RUN])
        trained = fit.train(data, config, logs, strategy=strategy, checkpoint_directory=checkpoints)
        trained = dataclasses.replace(trained, report={**trained.report, "tuned": tuned})
        model = artifact_utils.get_single_uri(output_dict[MODEL])
        export.write_serving_model(trained, path_utils.serving_model_dir(model))
        export.write_keras_towers(trained, os.path.join(model, KERAS_DIRECTORY))
        export.write_report(trained, os.path.join(model, file_names.TRAINING_REPORT))
        # Only now: killed while it writes the model, a run need not train again.
        if checkpoints and fileio.exists(checkpoints):
            fileio.rmtree(checkpoints)


def _with_best_values(
    config: TrainingConfig, hyperparameters: list[types.Artifact] | None
) -> tuple[TrainingConfig, dict[str, Any] | None]:
    """The settings to train with, and which of them were found by a search."""
    if not hyperparameters:
        return config, None
    values = read_best_values(hyperparameters)
    source = artifact_utils.get_single_uri(hyperparameters)
    return overlay(config, values), {"values": values, "from": source}
