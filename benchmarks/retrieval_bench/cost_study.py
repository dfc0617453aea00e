"""What the full model costs in training, beside the same two towers without text."""

import dataclasses
import math
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import TrainingData

from .markdown import number, table
from .overrides import override

# Steps that are timed, and those of the shorter training that is taken off.
_TIMED_STEPS, _FIRST_STEPS = 200, 20
_REPEATS = 3

Train = Callable[[TrainingData, TrainingConfig], None]


def seconds_per_example(
    data: TrainingData, config: TrainingConfig, train: Train, clock: Callable[[], float]
) -> float:
    """The time that one more example takes, without starting, compiling or validation.

    A longer training minus a shorter one, both without validation pairs.

    Args:
        data: what is trained on.
        config: the settings; the epochs are set here.
        train: trains.
        clock: the time in seconds.
    """
    steps = max(1, len(data.train_pairs) // config.batch_size)
    first, timed = (math.ceil(number / steps) for number in (_FIRST_STEPS, _TIMED_STEPS))
    without_validation = dataclasses.replace(data, validation_pairs=data.validation_pairs[:0])
    seconds = []
    for epochs in (first, first + timed):
        settings = override(config, {"epochs": epochs}, "the timing")
        started = clock()
        train(without_validation, settings)
        seconds.append(clock() - started)
    examples = timed * steps * min(config.batch_size, len(data.train_pairs))
    return (seconds[1] - seconds[0]) / examples


def compare_costs(
    data: TrainingData,
    plain: TrainingConfig,
    full: TrainingConfig,
    train: Train,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float]:
    """The medians of both, measured by turns, so that a busy machine slows both down.

    Returns:
        Seconds an example of the plain model, and of the full one.
    """
    timed = [
        [seconds_per_example(data, config, train, clock) for config in (plain, full)]
        for _ in range(_REPEATS)
    ]
    medians = np.median(timed, axis=0)
    return float(medians[0]), float(medians[1])


def train_once(data: TrainingData, config: TrainingConfig) -> None:
    """Trains, and forgets the model."""
    import tensorflow as tf

    from lmmrec_tfrs.training import fit

    with tempfile.TemporaryDirectory() as directory:
        fit.train(data, config, directory)
    tf.keras.backend.clear_session()


def cost_table(rows: list[dict[str, Any]]) -> str:
    """The costs in Markdown."""
    cells = [
        [
            row["data set"],
            row["backbone"].replace("_", " "),
            number(1e6 * row["no text"], ".1f"),
            number(1e6 * row["full"], ".1f"),
            number(row["full"] / row["no text"], ".2f"),
        ]
        for row in rows
    ]
    return table(["data set", "backbone", "no text, µs", "full, µs", "ratio"], cells)
