"""What a run writes down as it goes: curves for TensorBoard, lines for people."""

import logging
import os
import time

import tensorflow as tf

from lmmrec_tfrs.training.config import TrainingConfig

_SECONDS_BETWEEN_LINES = 30.0

_log = logging.getLogger(__name__)


class TensorBoardLog:
    """Writes the curves of training and validation, and the settings.

    Args:
        directory: of the logs; may be remote.
    """

    def __init__(self, directory: str):
        self._directory = directory
        self._writers: dict[str, tf.summary.SummaryWriter] = {}

    def _writer(self, name: str) -> tf.summary.SummaryWriter:
        if name not in self._writers:
            path = os.path.join(self._directory, name)
            self._writers[name] = tf.summary.create_file_writer(path)
        return self._writers[name]

    def write_settings(self, config: TrainingConfig) -> None:
        """Records the settings, the seed among them, beside the curves."""
        with self._writer("settings").as_default(step=0):
            tf.summary.text("config", config.model_dump_json())
            tf.summary.scalar("seed", config.seed)

    def write_epoch(self, epoch: int, curve: str, values: dict[str, float]) -> None:
        """Writes the values of an epoch, counted from 0, to the curve `train` or `validation`."""
        with self._writer(curve).as_default(step=epoch):
            for name, value in values.items():
                tf.summary.scalar(f"epoch_{name}", value)

    def __enter__(self) -> "TensorBoardLog":
        """Nothing to open: each curve's file is made with its first value."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Writes what is left."""
        for writer in self._writers.values():
            writer.close()


class ProgressLog:
    """Logs a line an epoch, and one now and then within a long epoch.

    Args:
        epochs: how many there are at most.
        steps_per_epoch: how many steps each has.
    """

    def __init__(self, epochs: int, steps_per_epoch: int):
        self._epochs = epochs
        self._steps_per_epoch = steps_per_epoch
        self._last_line = time.monotonic()

    def step(self, epoch: int, step: int) -> None:
        """Says how far the epoch is, where the last line is long ago."""
        if time.monotonic() - self._last_line > _SECONDS_BETWEEN_LINES:
            self._line(
                "epoch %d of %d: step %d of %d",
                epoch + 1,
                self._epochs,
                step,
                self._steps_per_epoch,
            )

    def epoch(self, epoch: int, values: dict[str, float]) -> None:
        """Says how the epoch went."""
        shown = ", ".join(f"{name} {value:.4f}" for name, value in values.items())
        self._line("epoch %d of %d: %s", epoch + 1, self._epochs, shown)

    def _line(self, text: str, *values: object) -> None:
        _log.info(text, *values)
        self._last_line = time.monotonic()
