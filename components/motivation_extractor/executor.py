"""Opens the artifacts, has the motivations read, writes the artifact."""

import logging
from typing import Any

from tfx.dsl.components.base import base_beam_executor
from tfx.types import artifact, artifact_utils

from lmmrec_tfrs.data import columns
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

EXAMPLES_KEY = "examples"
CATALOGUE_KEY = "catalogue"
TEXTS_KEY = "texts"
MOTIVATIONS_KEY = "motivations"
CONFIG_KEY = "config_json"
TAXONOMY_KEY = "taxonomy_json"
# Not read here: it makes a change of the files a change of the component.
PROFILES_KEY = "profiles_state"


class Executor(base_beam_executor.BaseBeamExecutor):
    """Runs `lmmrec_tfrs.motivation.extraction.pipeline.run_extraction` on artifacts."""

    def Do(
        self,
        input_dict: dict[str, list[artifact.Artifact]],
        output_dict: dict[str, list[artifact.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Reads the motivations; see `MotivationExtractor`."""
        # Only the executor needs the language models: defining a pipeline stays quick.
        from lmmrec_tfrs.motivation.extraction.pipeline import run_extraction

        output = artifact_utils.get_single_instance(output_dict[MOTIVATIONS_KEY])
        output.split_names = artifact_utils.encode_split_names(list(columns.MOTIVATION_SPLITS))
        report = run_extraction(
            self._make_beam_pipeline,
            artifact_utils.get_single_uri(input_dict[EXAMPLES_KEY]),
            artifact_utils.get_single_uri(input_dict[CATALOGUE_KEY]),
            output.uri,
            ExtractionConfig.model_validate_json(exec_properties[CONFIG_KEY]),
            Taxonomy.model_validate_json(exec_properties[TAXONOMY_KEY]),
            texts_uri=_texts_uri(input_dict),
        )
        logging.getLogger(__name__).info(
            "read the motivations of %d reviews and %d catalogue texts in %.0f s",
            report.reviews_read,
            report.catalogue_texts_read,
            report.seconds,
        )


def _texts_uri(input_dict: dict[str, list[artifact.Artifact]]) -> str | None:
    """Where the texts without a purchase lie, where the pipeline has any."""
    artifacts = input_dict.get(TEXTS_KEY)
    return artifact_utils.get_single_uri(artifacts) if artifacts else None
