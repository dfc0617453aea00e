"""Checkpoints from which a killed run continues exactly."""

import json
import os
import tempfile
from typing import Any

import tensorflow as tf

from lmmrec_tfrs import __version__
from lmmrec_tfrs.layers import ColdTexts, OwnerFeatures, TextHalves, TextProjection
from lmmrec_tfrs.training import distribution
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import TrainingData
from lmmrec_tfrs.training.fingerprint import fingerprint
from lmmrec_tfrs.training.progress import KeptWeights, TrainingProgress
from lmmrec_tfrs.training.step_runner import StepRunner

RUN_FILE = "training_run.json"
_KEPT_CHECKPOINTS = 2
# What may change between two attempts: it has no effect on the result.
_FREE_SETTINGS = {"checkpoint_steps"}


class TrainingCheckpoints:
    """Everything that a step depends on, saved and restored together.

    That is the model's weights but for the tables of the data, the optimiser, the metrics of the
    epoch so far, the generators of random numbers, the progress, and the weights of the best
    epoch. The order of the pairs follows from the seed and the epoch.

    Args:
        directory: where the checkpoints are; may be remote.
        runner: runs the steps of the model.
        progress: how far the run has come.
        kept: the weights of the best epoch.
        identity: see `run_identity`.

    Raises:
        ValueError: the folder has checkpoints of other settings or other data.
    """

    def __init__(
        self,
        directory: str,
        runner: StepRunner,
        progress: TrainingProgress,
        kept: KeptWeights,
        identity: dict[str, Any],
    ):
        self._directory = directory
        self._runner = runner
        self._progress = progress
        self._kept = kept
        self._is_chief = distribution.is_chief(runner.strategy)
        _check_identity(directory, identity)
        if self._is_chief:
            _write_identity(directory, identity)
        self._state: tf.train.Checkpoint | None = None
        self._manager: tf.train.CheckpointManager | None = None

    @property
    def latest(self) -> str | None:
        """The checkpoint that a run would continue from."""
        return tf.train.latest_checkpoint(self._directory)

    def restore(self) -> None:
        """Restores the latest checkpoint, every value of it.

        Raises:
            ValueError: it has other weights than the model.
        """
        try:
            self._checkpoint().restore(self.latest).assert_consumed()
        except (AssertionError, ValueError, tf.errors.InvalidArgumentError) as error:
            # The settings are compared; what a backbone of one's own is, they do not say.
            raise ValueError(
                f"expected a checkpoint with the weights of this model, received {self.latest}, "
                "which has others: if the backbone is your own, it is another one by now. Continue "
                "with the one of that run, or choose an empty folder to start anew."
            ) from error

    def save(self) -> None:
        """Saves a checkpoint; where there are several workers, all have to call it."""
        if self._manager is None:
            # Of the other workers' checkpoints nobody reads anything.
            directory = self._directory if self._is_chief else tempfile.mkdtemp()
            self._manager = tf.train.CheckpointManager(
                self._checkpoint(), directory, max_to_keep=_KEPT_CHECKPOINTS
            )
        self._manager.save()

    def _checkpoint(self) -> tf.train.Checkpoint:
        if self._state is None:
            model = self._runner.model
            self._state = tf.train.Checkpoint(
                weights=_weights(model),
                generators=_generators(model),
                optimizer=model.optimizer,
                metrics=self._runner.metrics,
                progress=self._progress,
                kept=self._kept,
            )
        return self._state


def run_identity(
    data: TrainingData,
    config: TrainingConfig,
    num_replicas: int,
    text_projection: TextProjection | None = None,
) -> dict[str, Any]:
    """What has to be the same for a run to continue from another's checkpoint.

    Args:
        data: tables and pairs.
        config: the settings.
        num_replicas: among how many a batch is shared.
        text_projection: an earlier model's: the folder that it is read from may have another one
            by the time that a run is taken up again.
    """
    earlier = text_projection and fingerprint(text_projection.get_weights())
    return {
        "library_version": __version__,
        "tensorflow_version": tf.__version__,
        "num_replicas": num_replicas,
        "data": fingerprint(data),
        "text_projection": earlier,
        "config": json.loads(config.model_dump_json(exclude=_FREE_SETTINGS)),
    }


def _write_identity(directory: str, identity: dict[str, Any]) -> None:
    """Writes the file once and in one piece: whoever is killed leaves all of it or nothing."""
    path = os.path.join(directory, RUN_FILE)
    if tf.io.gfile.exists(path):
        return
    tf.io.gfile.makedirs(directory)
    with tf.io.gfile.GFile(f"{path}.part", "w") as file:
        json.dump(identity, file, indent=2)
    tf.io.gfile.rename(f"{path}.part", path, overwrite=True)


def _check_identity(directory: str, identity: dict[str, Any]) -> None:
    path = os.path.join(directory, RUN_FILE)
    if not tf.io.gfile.exists(path):
        return
    with tf.io.gfile.GFile(path) as file:
        stored = json.load(file)
    differences = [
        f"{name} was {before}, is {now}"
        for name, before, now in _compared(stored, identity)
        if before != now
    ]
    if differences:
        raise ValueError(
            f"expected checkpoints of the same run in {directory}, received those of another: "
            f"{'; '.join(differences)}. Continue with the settings and data of that run, or "
            "choose an empty folder to start anew."
        )


def _compared(stored: dict[str, Any], identity: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Name, stored and present value of each part of two identities."""
    rows = []
    for name in sorted({*stored, *identity}):
        before, now = stored.get(name), identity.get(name)
        if isinstance(before, dict) and isinstance(now, dict):
            rows += _compared(before, now)
        else:
            rows.append((name, before, now))
    return rows


def _weights(model: tf.keras.Model) -> list[tf.Variable]:
    """The weights of the model but for the tables, which are the data's."""
    tables = {
        id(weight)
        for module in model.submodules
        if isinstance(module, (OwnerFeatures, TextHalves, ColdTexts))
        for weight in module.weights
    }
    return [weight for weight in model.weights if id(weight) not in tables]


def _generators(model: tf.keras.Model) -> list[tf.random.Generator]:
    """The generators of the model and of all layers in it, always in the same order."""
    return [
        value
        for module in (model, *model.submodules)
        for _, value in sorted(vars(module).items())
        if isinstance(value, tf.random.Generator)
    ]
