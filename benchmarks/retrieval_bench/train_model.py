"""Trains a model as a cell says, and places everybody by it."""

import gc
import os
import tempfile
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.evaluation.embedding_scorer import EmbeddingScorer
from lmmrec_tfrs.evaluation.interactions import Interactions
from lmmrec_tfrs.evaluation.protocol import Scorer
from lmmrec_tfrs.towers import IdentifiedTower
from lmmrec_tfrs.training import fit
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import TrainingData

from .cells import Cell

_ENCODING_BATCH = 8192


def train_scorers(
    cell: Cell, data: TrainingData, validation: Interactions, test: Interactions
) -> tuple[dict[str, Any], Scorer | None, Scorer | None]:
    """Trains a model.

    Args:
        cell: its settings.
        data: what it trains on.
        validation: who is scored on validation.
        test: who is scored on test.

    Returns:
        What is noted of the training, and the scorers of validation and of test; None where the
        training diverged.
    """
    config = TrainingConfig.model_validate(cell.settings)
    with tempfile.TemporaryDirectory() as directory:
        try:
            trained = fit.train(data, config, os.path.join(directory, "logs"))
        except FloatingPointError as error:
            return {"error": str(error)}, None, None
    report = trained.report
    summary = {
        "seconds": report["seconds"],
        "epochs": report["epochs"],
        "best epoch": report["best_epoch"],
        "examples per second": round(
            report["num_train_pairs"] * report["epochs"] / report["seconds"], 1
        ),
    }
    items = _vectors(trained.candidate, test.item_ids)
    scorers: list[Scorer | None] = []
    for interactions in (validation, test):
        users = [interactions.user_ids[position] for position in interactions.evaluated_users]
        queries = _vectors(trained.query, users)
        finite = np.isfinite(queries).all() and np.isfinite(items).all()
        scorers.append(
            EmbeddingScorer(cell.variant, queries, items, interactions) if finite else None
        )
    del trained
    # Otherwise a worker keeps the graph of every model that it has trained.
    tf.keras.backend.clear_session()
    gc.collect()
    return summary, scorers[0], scorers[1]


def _vectors(tower: IdentifiedTower, ids: Sequence[str]) -> np.ndarray:
    """The scoring vectors of ids, float32 `[len(ids), dimension + 1]`."""
    parts = [
        tower(tf.constant(list(ids[start : start + _ENCODING_BATCH]))).numpy()
        for start in range(0, len(ids), _ENCODING_BATCH)
    ]
    return np.concatenate(parts)
