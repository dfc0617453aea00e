"""`lmmrec run`: the pipeline with progress, then an account of what came out."""

import os
import time

from rich.console import Console

from tfx_pipeline.command_line.extract import with_cache
from tfx_pipeline.command_line.fast_imports import fast_imports
from tfx_pipeline.command_line.logs import run_log
from tfx_pipeline.command_line.tables import evaluation_table, ingestion_table, read_evaluation
from tfx_pipeline.config import ConfigError, PipelineConfig
from tfx_pipeline.finished_run import (
    FinishedRun,
    find_finished_run,
    forget_finished_run,
    run_identity,
)
from tfx_pipeline.output_folder import OutputError, OutputFolder


def run_pipeline(
    config: PipelineConfig, data: str, output: str, console: Console, last: str | None = None
) -> OutputFolder:
    """Runs the pipeline locally, up to `last` where given, showing progress by component.

    Raises:
        ConfigError: the data are no folder, or the output is a file.
    """
    start = time.monotonic()
    _check_folders(data, output)
    folder = OutputFolder(os.path.abspath(output))
    config = with_cache(config, output)
    identity = run_identity(config, data, last)
    if finished := find_finished_run(folder.path, identity):
        console.print(f"Unchanged and reused: {', '.join(sorted(finished.components))}.")
        return folder
    with run_log(folder.path) as log:
        forget_finished_run(folder.path)
        console.print(f"Starting TensorFlow, Beam and TFX; their log is {log}.", highlight=False)
        with fast_imports("running the pipeline", "pipeline"):
            from tfx_pipeline.runners.local import run_locally

        progress = run_locally(config, data, output, console, last)
    console.print(f"Pipeline finished in {time.monotonic() - start:.0f} s.", highlight=False)
    if progress.reused:
        console.print(f"Unchanged and reused: {', '.join(sorted(progress.reused))}.")
    if identity is not None:
        _note(folder, identity, tuple(progress.seconds))
    return folder


def _check_folders(data: str, output: str) -> None:
    if "://" not in data and not os.path.isdir(data):
        raise ConfigError(
            f"expected the folder of the input files at {data}, found "
            f"{'a file' if os.path.exists(data) else 'none'}. Give the folder in --data."
        )
    if os.path.exists(output) and not os.path.isdir(output):
        raise ConfigError(
            f"expected a folder to write to at {output}, found a file. Give another in --output."
        )


def _note(folder: OutputFolder, identity: str, components: tuple[str, ...]) -> None:
    artifacts = [
        uri
        for component in components
        for uris in folder.artifacts(component).values()
        for uri in uris
    ]
    FinishedRun(identity, components, tuple(artifacts)).write(folder.path)


def print_summary(folder: OutputFolder, console: Console) -> None:
    """Prints what was read, how the model ranks, and where it lies."""
    console.print(ingestion_table(folder))
    console.print(evaluation_table(read_evaluation(folder)))
    try:
        console.print(f"The served model: {folder.served_model()}", highlight=False)
    except OutputError as error:
        console.print(f"[yellow]{error}[/yellow]")


def run_and_summarise(config: PipelineConfig, data: str, output: str, console: Console) -> None:
    """Runs the pipeline and prints the summary."""
    print_summary(run_pipeline(config, data, output, console), console)
