"""ReviewSchemaGen: puts the schema of review events into the pipeline."""

from tfx import types
from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from components.review_schema_gen import executor


class ReviewSchemaGenSpec(ComponentSpec):
    """The component's interface."""

    PARAMETERS = {executor.SCHEMA_FILE: ExecutionParameter(type=str)}
    INPUTS: dict[str, ChannelParameter] = {}
    OUTPUTS = {executor.SCHEMA: ChannelParameter(type=standard_artifacts.Schema)}


class ReviewSchemaGen(base_component.BaseComponent):
    """Emits the curated schema of review events, or the one in `schema_file`.

    TFX's ImportSchemaGen takes a path, which differs between the machine that compiles a
    pipeline and the containers that run it; this component reads the schema that is
    packaged with itself.

    Args:
        schema_file: path or URI of a schema in text format; empty for the curated one.
    """

    SPEC_CLASS = ReviewSchemaGenSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(executor.Executor)

    def __init__(self, schema_file: str = ""):
        super().__init__(
            ReviewSchemaGenSpec(
                schema_file=schema_file,
                schema=types.Channel(type=standard_artifacts.Schema),
            )
        )
