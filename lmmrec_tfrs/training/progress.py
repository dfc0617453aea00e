"""How far a training run has come, and what it has seen."""

import io
import json
from typing import Any

import numpy as np
import tensorflow as tf


class TrainingProgress(tf.train.experimental.PythonState):
    """The part of a run's state that is no variable; a checkpoint holds it.

    Attributes:
        epoch: how many epochs are over.
        step: how many steps of the present epoch are done.
        finished: whether training has ended.
        seconds: how long it took so far, all attempts together.
        train_loss: the mean losses of each epoch, by name.
        validation: the validation metrics of each epoch.
        best_epoch: the epoch of the best metrics, counted from 1; 0 before the first.
        warm_start: what was taken over from an earlier model; None for nothing.
        resumed_at_steps: after how many steps the run was taken up again, each time.
    """

    def __init__(self) -> None:
        self.epoch = 0
        self.step = 0
        self.finished = False
        self.seconds = 0.0
        self.train_loss: list[dict[str, float]] = []
        self.validation: list[dict[str, float]] = []
        self.best_epoch = 0
        self.warm_start: dict[str, Any] | None = None
        self.resumed_at_steps: list[int] = []

    @property
    def best_metrics(self) -> dict[str, float] | None:
        """The validation metrics of the best epoch."""
        return self.validation[self.best_epoch - 1] if self.best_epoch else None

    def serialize(self) -> str:
        """For `tf.train.Checkpoint`."""
        # TensorFlow keeps its own accounts beside ours, under names with an underscore.
        state = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        return json.dumps(state, default=dict)

    def deserialize(self, string_value: bytes) -> None:
        """For `tf.train.Checkpoint`."""
        for name, value in json.loads(string_value).items():
            setattr(self, name, value)


class KeptWeights(tf.train.experimental.PythonState):
    """The weights of the best epoch so far; a checkpoint holds them."""

    def __init__(self) -> None:
        self.values: list[np.ndarray] = []

    def keep(self, variables: list[tf.Variable]) -> None:
        """Keeps a copy of the values."""
        self.values = [variable.numpy() for variable in variables]

    def restore(self, variables: list[tf.Variable]) -> None:
        """Assigns what was kept, if anything was."""
        if self.values:
            for variable, value in zip(variables, self.values, strict=True):
                variable.assign(value)

    def serialize(self) -> bytes:
        """For `tf.train.Checkpoint`."""
        file = io.BytesIO()
        np.savez(file, *self.values)
        return file.getvalue()

    def deserialize(self, string_value: bytes) -> None:
        """For `tf.train.Checkpoint`."""
        with np.load(io.BytesIO(string_value), allow_pickle=False) as stored:
            self.values = [stored[f"arr_{number}"] for number in range(len(stored.files))]
