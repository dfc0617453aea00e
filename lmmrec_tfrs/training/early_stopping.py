"""Stops when validation gets no better, and restores the best weights."""

import logging
import math

import tensorflow as tf

from lmmrec_tfrs.model import LMMRec
from lmmrec_tfrs.training.progress import KeptWeights, TrainingProgress

_log = logging.getLogger(__name__)


class EarlyStopping:
    """Keeps the weights of the epoch with the best validation NDCG.

    Args:
        model: whose weights are kept.
        progress: where the metrics are kept.
        kept: where the weights are kept.
        monitored: the name of the metric.
        patience: epochs without a better one before training stops.
        minimum_epochs: epochs before it may stop: a model can stay for long where popularity
            alone has taken it, and what comes after that is what matters.
    """

    def __init__(
        self,
        model: LMMRec,
        progress: TrainingProgress,
        kept: KeptWeights,
        monitored: str,
        patience: int,
        minimum_epochs: int,
    ):
        self._model = model
        self._progress = progress
        self._kept = kept
        self._monitored = monitored
        self._patience = patience
        self._minimum_epochs = minimum_epochs

    def _variables(self) -> list[tf.Variable]:
        """All that the towers are made of, running statistics among it."""
        towers = (self._model.query_tower, self._model.candidate_tower)
        return list({id(weight): weight for tower in towers for weight in tower.weights}.values())

    def add(self, metrics: dict[str, float]) -> bool:
        """Takes the metrics of the epoch that just ended.

        Returns:
            Whether training should stop: nothing got better for too long, or the model diverged.

        Raises:
            FloatingPointError: it diverged before there was anything to go back to.
        """
        progress = self._progress
        progress.validation.append(metrics)
        best, epoch = progress.best_metrics, len(progress.validation)
        if math.isnan(metrics[self._monitored]):
            found = f"received vectors that are not finite after epoch {epoch}"
            if best is None:
                raise FloatingPointError(
                    f"expected a model that learns, {found}: training has diverged. Lower "
                    "learning_rate, or set clip_norm."
                )
            _log.warning("%s: training ends with the weights of the best epoch.", found)
            return True
        if best is None or metrics[self._monitored] > best[self._monitored]:
            progress.best_epoch = epoch
            self._kept.keep(self._variables())
        return epoch >= max(self._minimum_epochs, progress.best_epoch + self._patience)

    def restore_best(self) -> None:
        """Gives the model the weights of its best epoch."""
        self._kept.restore(self._variables())
