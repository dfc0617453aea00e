"""The best hyper-parameters of a search, as TFX's Tuner writes them."""

import json
from collections.abc import Sequence
from typing import Any

from tfx.types import artifact, artifact_utils
from tfx.utils import io_utils


def read_best_values(hyperparameters: Sequence[artifact.Artifact]) -> dict[str, Any]:
    """Reads the values out of KerasTuner's description of the best trial.

    Args:
        hyperparameters: one artifact of type HyperParameters, a JSON file in it.

    Returns:
        The values by dotted name of the setting.
    """
    path = io_utils.get_only_uri_in_dir(artifact_utils.get_single_uri(list(hyperparameters)))
    values: dict[str, Any] = json.loads(io_utils.read_string_file(path))["values"]
    return values
