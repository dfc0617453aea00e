"""`lmmrec evaluate`: rank the catalogue again with a run's newest model."""

import os
from collections.abc import Sequence

from rich.console import Console

from lmmrec_tfrs.evaluation.evaluate_model import evaluate_model
from lmmrec_tfrs.evaluation.interactions import read_interactions
from tfx_pipeline.command_line.tables import evaluation_table
from tfx_pipeline.config import load_config
from tfx_pipeline.output_folder import OutputFolder

# Where TFX keeps the SavedModel inside a Model artifact.
SERVING_MODEL = "Format-Serving"


def evaluate_and_print(
    folder: OutputFolder, split: str | None, settings: Sequence[str], console: Console
) -> None:
    """Evaluates on a split with the run's settings and prints the metrics beside the baselines.

    Args:
        folder: a run's output.
        split: the split to rank for; None for the configured one.
        settings: overrides, as `evaluation.bootstrap_samples=2000`.
        console: where to print.

    Raises:
        ConfigError: a setting or the split is wrong.
        OutputError: the run has not trained a model yet.
    """
    folder.config()
    overrides = [*settings, *([f"evaluation.split={split}"] if split else [])]
    config = load_config(folder.config_file, overrides)
    validation, test = read_interactions(
        examples_uri=folder.artifact("ReviewExampleGen", "examples"),
        catalogue_uri=folder.artifact("ReviewExampleGen", "catalogue"),
        mask_validation=config.evaluation.mask_validation,
    )
    report = evaluate_model(
        model_path=os.path.join(folder.artifact("LMMRecTrainer", "model"), SERVING_MODEL),
        blessed_model_path=None,
        validation=validation,
        test=test,
        config=config.evaluation,
    )
    console.print(evaluation_table(report))
