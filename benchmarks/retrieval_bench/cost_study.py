"""What the full model costs in training, beside the same two towers without text."""

import dataclasses
import math
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import TrainingData

from .markdown import number, table
from .overrides import override

# What is timed: so many examples, and no fewer steps; and the steps of the shorter training that
# is taken off.
_TIMED_EXAMPLES, _LEAST_STEPS, _FIRST_STEPS = 100_000, 30, 20
_REPEATS = 3

# Beside the configured size of a batch: what a step does whatever its size weighs less in it.
LARGE_BATCH = 4096

# The models that are timed: without text, with what is switched on by default, and with all parts.
PLAIN, SHIPPED, WHOLE = "no text", "alignment and fusion", "full"

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
    examples = min(config.batch_size, len(data.train_pairs))
    steps = len(data.train_pairs) // examples
    timed_steps = max(_LEAST_STEPS, _TIMED_EXAMPLES // examples)
    first, timed = (math.ceil(number / steps) for number in (_FIRST_STEPS, timed_steps))
    without_validation = dataclasses.replace(data, validation_pairs=data.validation_pairs[:0])
    seconds = []
    for epochs in (first, first + timed):
        settings = override(config, {"epochs": epochs}, "the timing")
        started = clock()
        train(without_validation, settings)
        seconds.append(clock() - started)
    return (seconds[1] - seconds[0]) / (timed * steps * examples)


def compare_costs(
    data: TrainingData,
    models: Mapping[str, TrainingConfig],
    train: Train,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """The median cost of each, measured by turns, so that a busy machine slows all of them down.

    Args:
        data: what is trained on.
        models: the settings of each, by name.
        train: trains.
        clock: the time in seconds.

    Returns:
        Seconds an example, by name.
    """
    timed = [
        [seconds_per_example(data, config, train, clock) for config in models.values()]
        for _ in range(_REPEATS)
    ]
    return dict(zip(models, np.median(timed, axis=0).tolist(), strict=True))


def train_once(data: TrainingData, config: TrainingConfig) -> None:
    """Trains, and forgets the model."""
    import tensorflow as tf

    from lmmrec_tfrs.training import fit

    with tempfile.TemporaryDirectory() as directory:
        fit.train(data, config, directory)
    tf.keras.backend.clear_session()


def cost_table(rows: list[dict[str, Any]]) -> str:
    """The costs in Markdown, each model with text beside the one without."""
    cells = [
        [
            row["data set"],
            row["backbone"].replace("_", " "),
            str(row["batch"]),
            "yes" if row["XLA"] else "no",
            number(1e6 * row[PLAIN], ".1f"),
            *(
                f"{number(1e6 * row[name], '.1f')} ({number(row[name] / row[PLAIN], '.2f')})"
                for name in (SHIPPED, WHOLE)
            ),
        ]
        for row in rows
    ]
    header = [
        "data set",
        "backbone",
        "batch",
        "XLA",
        *(f"{name}, µs" for name in (PLAIN, SHIPPED, WHOLE)),
    ]
    return table(header, cells)
