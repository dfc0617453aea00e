"""Validates examples against their schema and fails with a readable account."""

import os
from typing import Any

import tensorflow as tf
from tensorflow_metadata.proto.v0 import anomalies_pb2
from tfx import types
from tfx.components.example_validator import executor as example_validator
from tfx.proto.orchestration import execution_result_pb2
from tfx.types import artifact_utils
from tfx.types import standard_component_specs as specs

from lmmrec_tfrs.errors import ReadableError


class DataAnomalyError(ReadableError, ValueError):
    """The examples do not keep to their schema."""


class Executor(example_validator.Executor):
    """Runs TFX's validation, then raises where it found anything."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> execution_result_pb2.ExecutorOutput:
        """Validates every split.

        Raises:
            DataAnomalyError: some split has anomalies; the message lists them all.
        """
        result = super().Do(input_dict, output_dict, exec_properties)
        artifact = artifact_utils.get_single_instance(output_dict[specs.ANOMALIES_KEY])
        account = [
            f"  {split}: {line}"
            for split in artifact_utils.decode_split_names(artifact.split_names)
            for line in describe(_read_anomalies(artifact, split))
        ]
        if account:
            raise DataAnomalyError(
                "the data does not keep to the schema of review events:\n"
                + "\n".join(account)
                + "\nCorrect the data or its column mapping, or give your own schema in "
                "validation.schema_file where the data is right and the schema is not."
            )
        return result


def describe(anomalies: anomalies_pb2.Anomalies) -> list[str]:
    """One readable line for each anomaly."""
    lines = [
        f"the data set: {reason.description}" for reason in anomalies.dataset_anomaly_info.reason
    ]
    if anomalies.data_missing:
        lines.append("the split holds no examples")
    lines += [
        f"feature '{name}': {reason.short_description}. {reason.description}".rstrip()
        for name, information in sorted(anomalies.anomaly_info.items())
        for reason in information.reason
    ]
    return lines


def _read_anomalies(artifact: types.Artifact, split: str) -> anomalies_pb2.Anomalies:
    path = os.path.join(
        artifact_utils.get_split_uri([artifact], split), example_validator.DEFAULT_FILE_NAME
    )
    with tf.io.gfile.GFile(path, "rb") as file:
        return anomalies_pb2.Anomalies.FromString(file.read())
