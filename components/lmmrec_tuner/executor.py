"""Runs the search of TFX's Tuner on the channels of the trainer."""

from typing import Any

from tfx import types
from tfx.components.tuner import executor as tfx_tuner
from tfx.types import artifact_utils, standard_component_specs
from tfx.utils import json_utils

from components.lmmrec_trainer.channels import TRAINING_DATA
from components.resumable import resumable_directory
from lmmrec_tfrs.data import columns
from lmmrec_tfrs.tuning.config import TuningConfig

TRAINING_JSON = "training_json"
TUNING_JSON = "tuning_json"
PROJECT_DIRECTORY = "project_directory"
# Where `tuner_fn` finds the URIs of the channels in `fn_args.custom_config`.
CHANNELS = "channels"


class Executor(tfx_tuner.Executor):
    """Hands the further channels to `tuner_fn`, searches, and writes TFX's two artifacts."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Writes the best hyper-parameters and the results of all trials.

        Raises:
            RuntimeError: no trial was completed.
            ValueError: the data have no validation pairs to compare trials by.
        """
        # More trials of the same search go on in the same project.
        tuning = TuningConfig.model_validate_json(exec_properties[TUNING_JSON])
        search_settings = tuning.model_copy(update={"trials": 0}).model_dump_json()
        project = resumable_directory(
            exec_properties.get(PROJECT_DIRECTORY, ""),
            input_dict,
            exec_properties[TRAINING_JSON],
            search_settings,
        )
        custom_config = {
            TRAINING_JSON: exec_properties[TRAINING_JSON],
            TUNING_JSON: exec_properties[TUNING_JSON],
            CHANNELS: {
                name: artifact_utils.get_single_uri(input_dict[name]) for name in TRAINING_DATA
            },
        }
        tuner = tfx_tuner.search(
            input_dict,
            {
                standard_component_specs.TUNER_FN_KEY: exec_properties[
                    standard_component_specs.TUNER_FN_KEY
                ],
                standard_component_specs.TRAIN_ARGS_KEY: _one_split(columns.TRAIN),
                standard_component_specs.EVAL_ARGS_KEY: _one_split(columns.VALIDATION),
                standard_component_specs.CUSTOM_CONFIG_KEY: json_utils.dumps(custom_config),
            },
            project or self._get_tmp_dir(),
            print_tuning_summary=False,
        )
        _refuse_without_results(tuner)
        tfx_tuner.write_best_hyperparameters(tuner, output_dict)


def _one_split(name: str) -> str:
    return json_utils.dumps({"splits": [name]})


def _refuse_without_results(tuner: Any) -> None:
    # KerasTuner would call the values of a failed trial the best.
    trials = list(tuner.oracle.trials.values())
    if any(trial.score is not None for trial in trials):
        return
    messages = [trial.message for trial in trials if trial.message]
    raise RuntimeError(
        f"expected one or more completed trials, received {len(trials)} that failed. "
        f"The first failed with: {messages[0] if messages else 'no message'}"
    )
