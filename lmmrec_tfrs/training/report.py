"""What is written down of a finished run."""

from typing import Any

import numpy as np
import tensorflow as tf

from lmmrec_tfrs import __version__
from lmmrec_tfrs.backbones.registry import describe_data
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import TrainingData
from lmmrec_tfrs.training.progress import TrainingProgress


def training_report(
    data: TrainingData,
    config: TrainingConfig,
    progress: TrainingProgress,
    most_popular: dict[str, float] | None,
) -> dict[str, Any]:
    """The report of a run, ready for JSON.

    Args:
        data: what it was trained on.
        config: the settings.
        progress: what happened.
        most_popular: the validation metrics of ranking by popularity.
    """
    return {
        "library_version": __version__,
        "tensorflow_version": tf.__version__,
        "config": config.model_dump(),
        "num_users": data.users.num_owners,
        "num_items": data.items.num_owners,
        "num_items_without_interactions": data.items.num_owners - data.items.num_embeddings,
        "num_users_with_text": int(np.count_nonzero(data.users.text_counts)),
        "num_items_with_text": int(np.count_nonzero(data.items.text_counts)),
        **describe_data(data),
        "num_train_pairs": len(data.train_pairs),
        "num_validation_pairs": len(data.validation_pairs),
        "num_dropped_validation_pairs": data.num_dropped_validation_pairs,
        "epochs": progress.epoch,
        "train_loss": [losses["loss"] for losses in progress.train_loss],
        "train_losses": progress.train_loss,
        "best_epoch": progress.best_epoch or None,
        "validation": progress.best_metrics,
        "validation_history": progress.validation,
        "validation_most_popular": most_popular,
        "warm_start": progress.warm_start,
        "resumed_at_steps": progress.resumed_at_steps,
        "seconds": round(progress.seconds, 2),
    }
