"""Validation after each epoch, early stopping, and the best weights restored."""

import logging

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers import OwnerFeatures
from lmmrec_tfrs.model import LMMRec
from lmmrec_tfrs.towers import OwnerTower
from lmmrec_tfrs.training.validation import RankingValidator

_ENCODING_BATCH = 8192


class RankingEarlyStopping(tf.keras.callbacks.Callback):
    """Ranks the validation pairs after each epoch and stops when that gets no better.

    The metrics join the epoch's logs with the prefix `val_`, for callbacks that come later.
    The weights of the best epoch are restored when training ends, whatever ended it.

    Args:
        validator: ranks the validation pairs.
        patience: epochs without a better NDCG before training stops.
    """

    def __init__(self, validator: RankingValidator, patience: int):
        super().__init__()
        self.validator = validator
        self.patience = patience
        self.best_epoch = 0
        self.best_metrics: dict[str, float] = {}
        self.history: list[dict[str, float]] = []
        self._best_weights: list[np.ndarray] | None = None

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Validates, and keeps the weights where they are the best so far."""
        metrics = validate(self.model, self.validator)
        self.history.append(metrics)
        if logs is not None:
            logs.update({f"val_{name}": value for name, value in metrics.items()})
        monitored = f"ndcg_at_{self.validator.k}"
        if not self.best_metrics or metrics[monitored] > self.best_metrics[monitored]:
            self.best_epoch, self.best_metrics = epoch + 1, metrics
            self._best_weights = [w.numpy() for w in self.model.trainable_variables]
        elif epoch + 1 - self.best_epoch >= self.patience:
            self.model.stop_training = True

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Restores the best weights."""
        if self._best_weights is not None:
            for variable, value in zip(
                self.model.trainable_variables, self._best_weights, strict=True
            ):
                variable.assign(value)


class ProgressLog(tf.keras.callbacks.Callback):
    """Logs one line an epoch."""

    def __init__(self, epochs: int):
        super().__init__()
        self.epochs = epochs

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Logs the losses and the validation metrics."""
        values = ", ".join(f"{name} {value:.4f}" for name, value in (logs or {}).items())
        logging.getLogger(__name__).info("epoch %d of %d: %s", epoch + 1, self.epochs, values)


def validate(model: LMMRec, validator: RankingValidator) -> dict[str, float]:
    """The validation metrics of the model as it is."""
    users = scoring_vectors(model.users, model.query_tower, validator.users)
    every_item = np.arange(validator.num_items)
    items = scoring_vectors(model.items, model.candidate_tower, every_item)
    return validator.evaluate(users, items)


def scoring_vectors(owners: OwnerFeatures, tower: OwnerTower, rows: np.ndarray) -> np.ndarray:
    """The scoring vectors of rows, float32 `[len(rows), dimension + 1]`."""
    parts = [
        tower.scoring_vector(owners.features_of(tf.constant(rows[start : start + _ENCODING_BATCH])))
        for start in range(0, len(rows), _ENCODING_BATCH)
    ]
    return np.concatenate([part.numpy() for part in parts])
