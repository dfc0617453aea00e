"""`lmmrec run`: the pipeline with progress, then an account of what came out."""

import os
import time

from rich.console import Console

from tfx_pipeline.command_line.extract import with_cache
from tfx_pipeline.command_line.tables import evaluation_table, ingestion_table, read_evaluation
from tfx_pipeline.config import PipelineConfig
from tfx_pipeline.output_folder import OutputError, OutputFolder


def run_pipeline(
    config: PipelineConfig, data: str, output: str, console: Console, last: str | None = None
) -> OutputFolder:
    """Runs the pipeline locally, up to `last` where given, showing progress by component."""
    console.print("Starting TensorFlow, Beam and TFX ...")
    start = time.monotonic()
    from tfx_pipeline.runners.local import run_locally

    progress = run_locally(with_cache(config, output), data, output, console, last)
    console.print(f"Pipeline finished in {time.monotonic() - start:.0f} s.", highlight=False)
    if progress.reused:
        console.print(f"Unchanged and reused: {', '.join(sorted(progress.reused))}.")
    return OutputFolder(os.path.abspath(output))


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
