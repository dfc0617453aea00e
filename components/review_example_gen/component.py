"""The component ReviewExampleGen."""

from typing import ClassVar

from tfx.components.example_gen import component as example_gen
from tfx.dsl.components.base import executor_spec
from tfx.proto import example_gen_pb2
from tfx.types import channel, component_spec, standard_artifacts, standard_component_specs

from components.review_example_gen import executor
from lmmrec_tfrs.ingestion.config import IngestionConfig


class ReviewExampleGenSpec(component_spec.ComponentSpec):
    """The specification of ReviewExampleGen: a file-based ExampleGen with three more outputs."""

    PARAMETERS = {
        **standard_component_specs.FileBasedExampleGenSpec.PARAMETERS,
        executor.CONFIG_KEY: component_spec.ExecutionParameter(type=str),
    }
    INPUTS: ClassVar[dict[str, component_spec.ChannelParameter]] = {}
    OUTPUTS = {
        key: component_spec.ChannelParameter(type=standard_artifacts.Examples)
        for key in executor.OUTPUT_KEYS
    }


class ReviewExampleGen(example_gen.FileBasedExampleGen):
    """Reads review data into events by split, an item catalogue, a quarantine and texts.

    It is a `FileBasedExampleGen`, so that TFX's own driver fingerprints the input files (a second
    run on the same files is cached) and resolves `{SPAN}` and `{VERSION}` in the patterns, on
    the local runner as on Kubeflow.

    Outputs:
        examples: splits train, validation and test of events.
        catalogue: split catalogue of items.
        quarantine: split quarantine of the rows that could not be used, and
            `ingestion_report.json` at the root.
        texts: split texts of wish-list notes, queries and client notes, perhaps none.

    Args:
        input_base: the folder that the config's patterns are relative to.
        config: what to read, what to keep, how to split.
    """

    SPEC_CLASS = ReviewExampleGenSpec
    EXECUTOR_SPEC = executor_spec.BeamExecutorSpec(executor.Executor)

    def __init__(self, input_base: str, config: IngestionConfig):
        spec = ReviewExampleGenSpec(
            input_base=input_base,
            input_config=example_gen_pb2.Input(
                splits=[
                    example_gen_pb2.Input.Split(name=name, pattern=pattern)
                    for name, pattern in config.patterns.items()
                ]
            ),
            output_config=example_gen_pb2.Output(),
            output_data_format=example_gen_pb2.FORMAT_TF_EXAMPLE,
            output_file_format=example_gen_pb2.FORMAT_TFRECORDS_GZIP,
            config_json=config.model_dump_json(),
            **{
                key: channel.Channel(type=standard_artifacts.Examples)
                for key in executor.OUTPUT_KEYS
            },
        )
        # FileBasedExampleGen's own constructor would make a spec without the further outputs.
        super(example_gen.FileBasedExampleGen, self).__init__(spec=spec)
