"""Runs the pipeline on this machine with TFX's LocalDagRunner."""

import os

from rich.console import Console
from tfx.orchestration.local.local_dag_runner import LocalDagRunner
from tfx.orchestration.metadata import sqlite_metadata_connection_config
from tfx.orchestration.pipeline import RunOptions

from tfx_pipeline import output_folder
from tfx_pipeline.config import PipelineConfig
from tfx_pipeline.pipeline import Locations, create_pipeline
from tfx_pipeline.runners.progress import ComponentProgress, component_progress


def run_locally(
    config: PipelineConfig, data: str, output: str, console: Console, last: str | None = None
) -> ComponentProgress:
    """Runs the pipeline; a second run into the same folder reuses what is unchanged.

    Args:
        config: what to do.
        data: the folder of the input files.
        output: the folder for artifacts, metadata and the pushed model.
        console: where progress is printed.
        last: the component after which to stop, with what it needs before it; None for all.

    Returns:
        What ran, for how long, and what was reused.
    """
    os.makedirs(output, exist_ok=True)
    folder = output_folder.OutputFolder(os.path.abspath(output))
    folder.write_config(config)
    pipeline = create_pipeline(
        config,
        Locations.under(os.path.abspath(data), folder.path),
        sqlite_metadata_connection_config(folder.metadata_file),
    )
    options = RunOptions(to_nodes=[last]) if last else None
    names = [component.id for component in pipeline.components]
    total = names.index(last) + 1 if last else len(names)
    with component_progress(console, total) as progress:
        LocalDagRunner().run(pipeline, run_options=options)
    return progress
