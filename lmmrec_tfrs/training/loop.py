"""The epochs of a training run."""

import time

from lmmrec_tfrs.training import distribution
from lmmrec_tfrs.training.batches import EpochBatches
from lmmrec_tfrs.training.checkpoints import TrainingCheckpoints
from lmmrec_tfrs.training.early_stopping import EarlyStopping
from lmmrec_tfrs.training.interruption import StopRequest, catching_signals
from lmmrec_tfrs.training.logs import ProgressLog, TensorBoardLog
from lmmrec_tfrs.training.model_validation import ModelValidation
from lmmrec_tfrs.training.progress import TrainingProgress
from lmmrec_tfrs.training.step_runner import StepRunner


class TrainingLoop:
    """Runs epochs, validates after each, and saves checkpoints on the way.

    Args:
        runner: runs the steps.
        batches: what they are given.
        progress: how far the run has come.
        epochs: how many there are at most.
        validation: the metrics after each epoch; None for none.
        stopping: stops when they get no better; None for never.
        curves: where the values of each epoch are written.
        checkpoints: what is saved; None for nothing.
        checkpoint_steps: steps between two checkpoints.
    """

    def __init__(
        self,
        runner: StepRunner,
        batches: EpochBatches,
        progress: TrainingProgress,
        epochs: int,
        validation: ModelValidation | None,
        stopping: EarlyStopping | None,
        curves: TensorBoardLog,
        checkpoints: TrainingCheckpoints | None = None,
        checkpoint_steps: int = 1,
    ):
        self._runner = runner
        self._batches = batches
        self._progress = progress
        self._epochs = epochs
        self._validation = validation
        self._stopping = stopping
        self._curves = curves
        self._checkpoints = checkpoints
        self._checkpoint_steps = checkpoint_steps
        self._lines = ProgressLog(epochs, batches.steps_per_epoch)
        self._started = time.monotonic()

    def restore(self) -> bool:
        """Continues from the latest checkpoint, if there is one.

        Returns:
            Whether there was one.
        """
        if self._checkpoints is None or self._checkpoints.latest is None:
            return False
        self._checkpoints.restore()
        self._progress.resumed_at_steps.append(self._total_steps())
        self._started = time.monotonic() - self._progress.seconds
        return True

    def run(self) -> None:
        """Runs the epochs that are left; asked to stop, saves and ends the process."""
        progress = self._progress
        # Of several workers one cannot stop alone: they are left to end at once.
        alone = not distribution.is_multi_worker(self._runner.strategy)
        with catching_signals(self._checkpoints is not None and alone) as request:
            while not progress.finished:
                self._finish_epoch(request)
        if self._stopping is not None:
            self._stopping.restore_best()

    def _finish_epoch(self, request: StopRequest) -> None:
        """Runs what is left of the present epoch, and its end."""
        progress, batches = self._progress, self._batches
        while progress.step < batches.steps_per_epoch:
            stop = progress.step + min(self._runner.steps_a_call, self._steps_to_checkpoint())
            stop = min(stop, batches.steps_per_epoch)
            self._runner.run(batches.steps(progress.epoch, progress.step, stop))
            progress.step = stop
            self._lines.step(progress.epoch, stop)
            if self._total_steps() % self._checkpoint_steps == 0 or request.signal is not None:
                self._save()
            request.exit()
        self._end_epoch()
        if request.signal is not None and not progress.finished:
            self._save()
        request.exit()

    def _end_epoch(self) -> None:
        progress = self._progress
        losses = self._runner.results()
        progress.train_loss.append(losses)
        self._curves.write_epoch(progress.epoch, "train", losses)
        shown, stop = dict(losses), False
        if self._validation is not None and self._stopping is not None:
            metrics = self._validation.metrics()
            stop = self._stopping.add(metrics)
            self._curves.write_epoch(progress.epoch, "validation", metrics)
            shown |= {f"val_{name}": value for name, value in metrics.items()}
        self._lines.epoch(progress.epoch, shown)
        self._runner.reset()
        progress.epoch, progress.step = progress.epoch + 1, 0
        if stop or progress.epoch >= self._epochs:
            progress.finished = True
            self._save()

    def _total_steps(self) -> int:
        return self._progress.epoch * self._batches.steps_per_epoch + self._progress.step

    def _steps_to_checkpoint(self) -> int:
        return self._checkpoint_steps - self._total_steps() % self._checkpoint_steps

    def _save(self) -> None:
        self._progress.seconds = time.monotonic() - self._started
        if self._checkpoints is not None:
            self._checkpoints.save()
