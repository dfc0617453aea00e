"""The folder that a local run writes, and where the latest artifacts lie in it."""

import dataclasses
import os
from pathlib import Path

import yaml

from lmmrec_tfrs.errors import ReadableError
from lmmrec_tfrs.extras import named_extra
from lmmrec_tfrs.retrieval.versions import latest_version
from tfx_pipeline.config import PipelineConfig, load_config


class OutputError(ReadableError, FileNotFoundError):
    """The folder does not hold what was asked for."""


@dataclasses.dataclass(frozen=True)
class OutputFolder:
    """A local run's output folder.

    Attributes:
        path: the folder.
    """

    path: str

    @property
    def metadata_file(self) -> str:
        """The SQLite file of ML Metadata."""
        return os.path.join(self.path, "metadata.sqlite")

    @property
    def config_file(self) -> str:
        """The configuration of the latest run, with every default spelled out."""
        return os.path.join(self.path, "config.yaml")

    @property
    def serving_directory(self) -> str:
        """The folder of pushed models, a numbered folder each."""
        return os.path.join(self.path, "serving_model")

    def write_config(self, config: PipelineConfig) -> None:
        """Writes the effective configuration beside the artifacts."""
        text = yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
        Path(self.config_file).write_text(text, encoding="utf-8")

    def config(self) -> PipelineConfig:
        """The configuration of the latest run.

        Raises:
            OutputError: nothing ran into this folder.
        """
        if not os.path.exists(self.config_file):
            raise OutputError(
                f"expected the output of `lmmrec run` in {self.path}, found no config.yaml there. "
                "Give the folder that was passed to --output."
            )
        return load_config(self.config_file)

    def served_model(self) -> str:
        """The newest pushed model.

        Raises:
            OutputError: none was pushed.
        """
        newest = latest_version(self.serving_directory)
        if newest is None:
            raise OutputError(
                f"expected a pushed model under {self.serving_directory}, found none: no model "
                "was blessed yet. `lmmrec inspect` shows the reason under `evaluation`."
            )
        return newest

    def artifact(self, component: str, output: str) -> str:
        """The folder of the newest artifact that a component wrote.

        Args:
            component: the component's id, such as `ReviewExampleGen`.
            output: the name of one of its outputs.

        Raises:
            OutputError: the component has not finished in any run into this folder.
        """
        for uri in self.artifacts(component).get(output, []):
            return uri
        raise OutputError(
            f"expected the output '{output}' of {component} in {self.path}, found none: "
            "the component has not finished in any run into this folder."
        )

    def artifacts(self, component: str) -> dict[str, list[str]]:
        """The URIs of a component's newest finished execution, by output; none without one."""
        if not os.path.exists(self.metadata_file):
            return {}
        with named_extra("reading the account of a run"):
            import ml_metadata as mlmd
            from ml_metadata.proto import metadata_store_pb2
        connection = metadata_store_pb2.ConnectionConfig()
        connection.sqlite.filename_uri = self.metadata_file
        connection.sqlite.connection_mode = metadata_store_pb2.SqliteMetadataSourceConfig.READONLY
        store = mlmd.MetadataStore(connection)
        node = store.get_context_by_type_and_name("node", f"{self.config().name}.{component}")
        if node is None:
            return {}
        states = metadata_store_pb2.Execution
        executions = [
            execution
            for execution in store.get_executions_by_context(node.id)
            if execution.last_known_state in (states.COMPLETE, states.CACHED)
        ]
        if not executions:
            return {}
        newest = max(executions, key=lambda execution: execution.id)
        outputs: dict[str, list[str]] = {}
        for event in store.get_events_by_execution_ids([newest.id]):
            if event.type != metadata_store_pb2.Event.OUTPUT:
                continue
            for artifact in store.get_artifacts_by_id([event.artifact_id]):
                outputs.setdefault(event.path.steps[0].key, []).append(artifact.uri)
        return outputs
