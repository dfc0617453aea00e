"""The executor of RankingEvaluator."""

import os
from typing import Any

from absl import logging
from tfx.dsl.components.base import base_executor
from tfx.types import artifact, artifact_utils
from tfx.utils import io_utils, path_utils

from lmmrec_tfrs.data import file_names
from lmmrec_tfrs.evaluation.config import EvaluationConfig
from lmmrec_tfrs.evaluation.evaluate_model import evaluate_model
from lmmrec_tfrs.evaluation.interactions import read_interactions
from lmmrec_tfrs.evaluation.report import EvaluationReport
from lmmrec_tfrs.retrieval.versions import latest_version

MODEL_KEY = "model"
EXAMPLES_KEY = "examples"
CATALOGUE_KEY = "catalogue"
EVALUATION_KEY = "evaluation"
BLESSING_KEY = "blessing"
CONFIG_KEY = "config_json"
BLESSED_MODEL_DIRECTORY_KEY = "blessed_model_directory"

# What TFX's own Evaluator writes and its Pusher reads. (The constants lie in
# tfx.components, whose import takes some twenty seconds.)
BLESSED_FILE = "BLESSED"
NOT_BLESSED_FILE = "NOT_BLESSED"
BLESSED_PROPERTY = "blessed"
CURRENT_MODEL_PROPERTY = "current_model"
CURRENT_MODEL_ID_PROPERTY = "current_model_id"


class Executor(base_executor.BaseExecutor):
    """Opens the artifacts, evaluates, writes the report and the blessing."""

    def Do(
        self,
        input_dict: dict[str, list[artifact.Artifact]],
        output_dict: dict[str, list[artifact.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Evaluates the model, and blesses it or says why not.

        Raises:
            FileNotFoundError: an input artifact is not there.
            ValueError: the inputs cannot be evaluated.
        """
        self._log_startup(input_dict, output_dict, exec_properties)
        config = EvaluationConfig.model_validate_json(exec_properties[CONFIG_KEY])
        model = artifact_utils.get_single_instance(input_dict[MODEL_KEY])
        validation, test = read_interactions(
            artifact_utils.get_single_uri(input_dict[EXAMPLES_KEY]),
            artifact_utils.get_single_uri(input_dict[CATALOGUE_KEY]),
            config.mask_validation,
        )
        report = evaluate_model(
            model_path=path_utils.serving_model_path(model.uri),
            blessed_model_path=latest_version(exec_properties.get(BLESSED_MODEL_DIRECTORY_KEY, "")),
            validation=validation,
            test=test,
            config=config,
        )
        evaluation_uri = artifact_utils.get_single_uri(output_dict[EVALUATION_KEY])
        io_utils.write_string_file(
            os.path.join(evaluation_uri, file_names.METRICS), report.to_json()
        )
        _write_blessing(
            artifact_utils.get_single_instance(output_dict[BLESSING_KEY]), model, report
        )


def _write_blessing(
    blessing: artifact.Artifact, model: artifact.Artifact, report: EvaluationReport
) -> None:
    verdict = report.verdict
    blessed = verdict is not None and verdict.blessed
    for row in report.rows():
        logging.info("%s", row)
    if verdict is not None and not blessed:
        logging.warning("The model is not blessed: %s", " ".join(verdict.reasons))
    name = BLESSED_FILE if blessed else NOT_BLESSED_FILE
    io_utils.write_string_file(os.path.join(blessing.uri, name), "")
    blessing.set_int_custom_property(BLESSED_PROPERTY, int(blessed))
    blessing.set_string_custom_property(CURRENT_MODEL_PROPERTY, model.uri)
    blessing.set_int_custom_property(CURRENT_MODEL_ID_PROPERTY, model.id)
