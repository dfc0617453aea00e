"""Runs one cell: trains or fits, and ranks."""

import functools
import time
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.evaluation.interactions import Interactions
from lmmrec_tfrs.evaluation.protocol import Scorer
from lmmrec_tfrs.training.data import TrainingData

from .bench_data import BenchData, read_bench_data
from .cells import BASELINE, Cell, Change
from .changes import changed
from .fit_baseline import fit_best
from .machine import code_digest, describe_machine, versions
from .measure import MAIN_METRIC, mean_ndcg, means, per_user
from .prepared import PreparedFolder
from .store import Outcome


def run_cell(cell: Cell, folder: Path) -> Outcome:
    """Runs a cell.

    Args:
        cell: what to run.
        folder: the prepared folder of its data set.
    """
    data, validation, test = _joined(folder, cell.data_digest, cell.change.model_dump_json())
    started = time.monotonic()
    summary: dict[str, Any]
    on_validation: Scorer | None
    on_test: Scorer | None
    if cell.variant == BASELINE:
        summary, on_validation = fit_best(cell, validation)
        on_test = on_validation
    else:
        from .train_model import train_scorers

        summary, on_validation, on_test = train_scorers(cell, data, validation, test)
    summary |= {"diverged": on_validation is None, f"validation {MAIN_METRIC}": 0.0}
    arrays: dict[str, np.ndarray] = {}
    if on_validation is not None and on_test is not None:
        summary[f"validation {MAIN_METRIC}"] = mean_ndcg(on_validation, validation)
        if cell.measures == "test":
            arrays = per_user(on_test, test)
            summary["metrics"] = means(arrays)
    summary |= {
        "seconds in all": round(time.monotonic() - started, 2),
        "machine": describe_machine(),
        "devices": sorted({device.device_type for device in tf.config.list_physical_devices()}),
        "versions": versions(),
        "code": code_digest(),
    }
    return Outcome(summary, arrays)


@functools.lru_cache(maxsize=2)
def _joined(
    folder: Path, digest: str, change: str
) -> tuple[TrainingData, Interactions, Interactions]:
    """A data set as models train on it; workers run many cells of the same one.

    Args:
        folder: the prepared folder.
        digest: of its data; a part of the key, no more.
        change: a `Change` as JSON.
    """
    data = changed(_read(folder, digest), Change.model_validate_json(change))
    return data.training_data(), *data.interactions()


@functools.lru_cache(maxsize=1)
def _read(folder: Path, digest: str) -> BenchData:
    return read_bench_data(PreparedFolder(folder))
