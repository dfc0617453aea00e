"""The trials of a search for hyper-parameters, as a table."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from lmmrec_tfrs.data import files
from tfx_pipeline.output_folder import OutputFolder

# What TFX's Tuner calls them.
RESULTS_FILE = "tuner_results.json"
_TRIAL, _SCORE = "trial_id", "score"


def read_trials(folder: OutputFolder) -> list[dict[str, Any]]:
    """The completed trials of the newest search, the best first.

    Raises:
        OutputError: no search has finished in any run into this folder.
    """
    path = os.path.join(folder.artifact("LMMRecTuner", "tuner_results"), RESULTS_FILE)
    trials: list[dict[str, Any]] = json.loads(files.read_text(path))
    return trials


def tuning_table(trials: Sequence[Mapping[str, Any]], rows: int) -> Table:
    """The best trials with their validation NDCG and what each tried.

    Args:
        trials: what `read_trials` returned.
        rows: how many to show.
    """
    table = Table(title=f"The best of {len(trials)} trials", title_justify="left")
    table.add_column("trial")
    table.add_column("validation NDCG", justify="right")
    # One column for all settings: with one for each, the table would not fit a terminal.
    table.add_column("settings")
    for trial in trials[:rows]:
        settings = (
            f"{name}={value:.3g}" if isinstance(value, float) else f"{name}={value}"
            for name, value in trial.items()
            if name not in (_TRIAL, _SCORE)
        )
        table.add_row(trial[_TRIAL], f"{trial[_SCORE]:.4f}", escape(" ".join(settings)))
    return table
