"""Writes the schema of review events into an artifact."""

import importlib.resources
import os
from typing import Any

import tensorflow as tf
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2
from tfx import types
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils
from tfx.utils import io_utils

SCHEMA_FILE = "schema_file"
SCHEMA = "schema"
SCHEMA_FILE_NAME = "schema.pbtxt"


class Executor(base_executor.BaseExecutor):
    """Copies a schema after parsing it, so that a broken one stops here."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Writes `schema.pbtxt`.

        Raises:
            FileNotFoundError: the configured schema file does not exist.
            ValueError: it is no schema in text format.
        """
        schema = read_schema(exec_properties.get(SCHEMA_FILE) or "")
        output = artifact_utils.get_single_instance(output_dict[SCHEMA])
        io_utils.write_pbtxt_file(os.path.join(output.uri, SCHEMA_FILE_NAME), schema)


def read_schema(schema_file: str) -> schema_pb2.Schema:
    """Reads the schema in `schema_file`, or the curated one where that is empty."""
    if not schema_file:
        packaged = importlib.resources.files(__package__).joinpath("review_events.pbtxt")
        return text_format.Parse(packaged.read_text(), schema_pb2.Schema())
    if not tf.io.gfile.exists(schema_file):
        raise FileNotFoundError(
            f"expected a schema in protobuf text format at {schema_file}, found no such file. "
            "Correct validation.schema_file, or leave it out to use the curated schema."
        )
    with tf.io.gfile.GFile(schema_file) as file:
        try:
            return text_format.Parse(file.read(), schema_pb2.Schema())
        except text_format.ParseError as error:
            raise ValueError(
                f"expected a tensorflow.metadata.v0.Schema in text format in {schema_file}: {error}"
            ) from error
