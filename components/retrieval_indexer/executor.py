"""The executor of RetrievalIndexer."""

import os
from typing import Any

from absl import logging
from tfx.dsl.components.base import base_executor
from tfx.types import artifact, artifact_utils
from tfx.utils import io_utils, path_utils

from lmmrec_tfrs.data import columns, example_files, file_names
from lmmrec_tfrs.motivation.taxonomy import Taxonomy
from lmmrec_tfrs.retrieval.build import build_index
from lmmrec_tfrs.retrieval.config import RetrievalConfig

MODEL_KEY = "model"
CATALOGUE_KEY = "catalogue"
MOTIVATIONS_KEY = "motivations"
EXAMPLES_KEY = "examples"
INDEX_KEY = "index"
CONFIG_KEY = "config_json"


class Executor(base_executor.BaseExecutor):
    """Opens the artifacts, builds the index, writes it and its report."""

    def Do(
        self,
        input_dict: dict[str, list[artifact.Artifact]],
        output_dict: dict[str, list[artifact.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Builds the index of the catalogue.

        Raises:
            RuntimeError: the index misses the recall that the configuration asks for, or does
                not work in a fresh process.
            ValueError: the inputs do not fit together.
        """
        self._log_startup(input_dict, output_dict, exec_properties)
        config = RetrievalConfig.model_validate_json(exec_properties[CONFIG_KEY])
        model = artifact_utils.get_single_instance(input_dict[MODEL_KEY])
        index = artifact_utils.get_single_instance(output_dict[INDEX_KEY])
        catalogue_uri = artifact_utils.get_single_uri(input_dict[CATALOGUE_KEY])
        motivations_uri = artifact_utils.get_single_uri(input_dict[MOTIVATIONS_KEY])
        names = Taxonomy.load(os.path.join(motivations_uri, file_names.TAXONOMY)).names
        report = build_index(
            model_path=path_utils.serving_model_path(model.uri),
            item_ids=[item.item_id for item in example_files.read_catalogue(catalogue_uri)],
            user_ids=_users(input_dict),
            motivation_names=list(names),
            output_path=path_utils.serving_model_dir(index.uri),
            config=config,
        )
        io_utils.write_string_file(
            os.path.join(index.uri, file_names.INDEX_REPORT), report.model_dump_json(indent=2)
        )
        logging.info(
            "Indexed %d items; recall@%d against exact search %.4f.",
            report.num_items,
            report.verification.k,
            report.verification.recall,
        )


def _users(input_dict: dict[str, list[artifact.Artifact]]) -> list[str]:
    """The users of the training split, and those that have motivations, known by text or not."""
    uri = artifact_utils.get_single_uri(input_dict[MOTIVATIONS_KEY])
    users = {owner.owner_id for owner in example_files.read_owner_motivations(uri, columns.USERS)}
    if input_dict.get(EXAMPLES_KEY):
        uri = artifact_utils.get_single_uri(input_dict[EXAMPLES_KEY])
        users |= {event.user_id for event in example_files.read_events(uri, columns.TRAIN)}
    return sorted(users)
