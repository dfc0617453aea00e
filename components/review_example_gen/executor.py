"""The executor of ReviewExampleGen."""

from typing import Any

from tfx import types
from tfx.dsl.components.base import base_beam_executor
from tfx.proto import example_gen_pb2
from tfx.types import artifact_utils, standard_component_specs
from tfx.utils import proto_utils

from lmmrec_tfrs.data import columns
from lmmrec_tfrs.ingestion.beam import run_ingestion
from lmmrec_tfrs.ingestion.config import PATTERNS, IngestionConfig
from lmmrec_tfrs.ingestion.report import IngestionReport

CONFIG_KEY = "config_json"
EXAMPLES_KEY = standard_component_specs.EXAMPLES_KEY
CATALOGUE_KEY = "catalogue"
QUARANTINE_KEY = "quarantine"
TEXTS_KEY = "texts"
OUTPUT_KEYS = (EXAMPLES_KEY, CATALOGUE_KEY, QUARANTINE_KEY, TEXTS_KEY)

# What TFX's own ExampleGens write; spelled out, for `tfx.components` takes 20 s to import.
_PAYLOAD_FORMAT = ("payload_format", "FORMAT_TF_EXAMPLE")
_FILE_FORMAT = ("file_format", "tfrecords_gzip")


class Executor(base_beam_executor.BaseBeamExecutor):
    """Ingests review data with Beam."""

    def Do(
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the ingestion.

        Args:
            input_dict: empty.
            output_dict: `examples` (splits train, validation, test of events), `catalogue` (split
                catalogue of items), `quarantine` (split quarantine, `ingestion_report.json`),
                `texts` (split texts).
            exec_properties: `input_base`; `input_config`, whose patterns the driver has resolved;
                `config_json`, an `IngestionConfig`.

        Raises:
            IngestionError: the input cannot be used; the message names the file and the remedy.
        """
        self._log_startup(input_dict, output_dict, exec_properties)
        outputs = {key: artifact_utils.get_single_instance(output_dict[key]) for key in OUTPUT_KEYS}
        report = run_ingestion(
            self._make_beam_pipeline,
            _resolved_config(exec_properties),
            exec_properties[standard_component_specs.INPUT_BASE_KEY],
            outputs[EXAMPLES_KEY].uri,
            outputs[CATALOGUE_KEY].uri,
            outputs[QUARANTINE_KEY].uri,
            outputs[TEXTS_KEY].uri,
        )
        _describe(outputs, report)


def _resolved_config(exec_properties: dict[str, Any]) -> IngestionConfig:
    """The config, with the patterns as the driver resolved them (spans and versions filled in)."""
    config = IngestionConfig.model_validate_json(exec_properties[CONFIG_KEY])
    input_config = example_gen_pb2.Input()
    proto_utils.json_to_proto(
        exec_properties[standard_component_specs.INPUT_CONFIG_KEY], input_config
    )
    patterns = {split.name: split.pattern for split in input_config.splits}
    return config.model_copy(update={name: patterns.get(name) for name in PATTERNS})


def _describe(outputs: dict[str, types.Artifact], report: IngestionReport) -> None:
    """Puts splits, format and counts on the artifacts, for TFX and for whoever looks."""
    splits = {
        EXAMPLES_KEY: list(columns.EVENT_SPLITS),
        CATALOGUE_KEY: [columns.CATALOGUE],
        QUARANTINE_KEY: [columns.QUARANTINE],
        TEXTS_KEY: [columns.TEXTS],
    }
    counts = {
        EXAMPLES_KEY: {
            **{f"{name}_events": count for name, count in report.splits.items()},
            "users": report.users,
            "items": report.items,
        },
        CATALOGUE_KEY: {"items": report.catalogue.kept + report.items_without_metadata},
        QUARANTINE_KEY: {
            "rows_read": sum(account.read for account in report.accounts.values()),
            "rows_quarantined": sum(
                sum(account.quarantined.values()) for account in report.accounts.values()
            ),
        },
        TEXTS_KEY: {"texts": report.texts.kept, "text_only_users": report.text_only_users},
    }
    for key, artifact in outputs.items():
        artifact.split_names = artifact_utils.encode_split_names(splits[key])
        artifact.set_string_custom_property(*_PAYLOAD_FORMAT)
        artifact.set_string_custom_property(*_FILE_FORMAT)
        for name, count in counts[key].items():
            artifact.set_int_custom_property(name, count)
    outputs[EXAMPLES_KEY].set_string_custom_property("split_strategy", report.split_strategy)
