"""Trains LMMRec on prepared data."""

import dataclasses
import logging
import os
import time
from typing import Any

import numpy as np
import tensorflow as tf

from lmmrec_tfrs import __version__
from lmmrec_tfrs.model import ITEM_ROW, USER_ROW, LMMRec
from lmmrec_tfrs.towers import CandidateTower, IdentifiedTower, QueryTower
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import OwnerTable, TrainingData
from lmmrec_tfrs.training.early_stopping import ProgressLog, RankingEarlyStopping
from lmmrec_tfrs.training.validation import RankingValidator


@dataclasses.dataclass(frozen=True)
class TrainedModel:
    """The two towers, string ids in and scoring vectors out, and how they came about."""

    query: IdentifiedTower
    candidate: IdentifiedTower
    report: dict[str, Any]


def train(
    data: TrainingData,
    config: TrainingConfig,
    log_directory: str,
    strategy: tf.distribute.Strategy | None = None,
) -> TrainedModel:
    """Trains until the validation NDCG gets no better, and restores the best weights.

    Without validation pairs it trains for all `config.epochs`. Seeds TensorFlow's, NumPy's and
    Python's global generators with `config.seed`.

    Args:
        data: tables and pairs.
        config: the settings.
        log_directory: where the TensorBoard logs go; may be remote.
        strategy: how the steps are distributed; None for one device.

    Returns:
        The towers with a report of the run.

    Raises:
        ValueError: text is asked for, but no user and no item has any.
    """
    started = time.monotonic()
    log = logging.getLogger(__name__)
    tf.keras.utils.set_random_seed(config.seed)
    strategy = strategy or tf.distribute.get_strategy()
    with strategy.scope():
        model = build_model(data, config)
        model.compile(optimizer=_optimizer(config), jit_compile=config.jit_compile)
    callbacks: list[tf.keras.callbacks.Callback] = []
    stopping, popularity = None, None
    if len(data.validation_pairs):
        validator = RankingValidator(
            data.train_pairs,
            data.validation_pairs,
            data.users.num_owners,
            data.items.num_owners,
            config.validation_k,
        )
        popularity = most_popular_metrics(data.items, validator)
        stopping = RankingEarlyStopping(validator, config.early_stopping_patience)
        callbacks.append(stopping)
    else:
        log.warning("no validation pairs: training for all %d epochs.", config.epochs)
    callbacks += [
        ProgressLog(config.epochs),
        tf.keras.callbacks.TensorBoard(log_directory, write_graph=False, profile_batch=0),
    ]
    history = model.fit(
        _dataset(data.train_pairs, config), epochs=config.epochs, callbacks=callbacks, verbose=0
    )
    _log_run_settings(log_directory, config)
    report = {
        "library_version": __version__,
        "tensorflow_version": tf.__version__,
        "config": config.model_dump(),
        "num_users": data.users.num_owners,
        "num_items": data.items.num_owners,
        "num_items_without_interactions": data.items.num_owners - data.items.num_embeddings,
        "num_users_with_text": int(np.count_nonzero(data.users.text_counts)),
        "num_items_with_text": int(np.count_nonzero(data.items.text_counts)),
        "num_train_pairs": len(data.train_pairs),
        "num_validation_pairs": len(data.validation_pairs),
        "num_dropped_validation_pairs": data.num_dropped_validation_pairs,
        "epochs": len(history.epoch),
        "train_loss": [float(loss) for loss in history.history["loss"]],
        "best_epoch": stopping.best_epoch if stopping else None,
        "validation": stopping.best_metrics if stopping else None,
        "validation_history": stopping.history if stopping else [],
        "validation_most_popular": popularity,
        "seconds": round(time.monotonic() - started, 2),
    }
    return TrainedModel(
        IdentifiedTower(model.users, model.query_tower, name="query"),
        IdentifiedTower(model.items, model.candidate_tower, name="candidate"),
        report,
    )


def build_model(data: TrainingData, config: TrainingConfig) -> LMMRec:
    """An untrained model with its tables filled."""
    users, items = data.users, data.items
    use_text = config.use_text is not False
    if use_text and not (users.text_counts.any() or items.text_counts.any()):
        raise ValueError(
            "expected motivations of users or items, received none: check the motivations that "
            "the trainer was given, or set use_text to false to train on behaviour alone."
        )
    if config.use_text == "shuffled":
        users, items = users.with_shuffled_text(config.seed), items.with_shuffled_text(config.seed)
    towers = {}
    for tower_class, owners in ((QueryTower, users), (CandidateTower, items)):
        tower = tower_class(
            num_embeddings=owners.num_embeddings,
            num_motivations=owners.motivation_weights.shape[1],
            text_dimension=owners.text_vectors.shape[1],
            dimension=config.embedding_dim,
            use_text=use_text,
            id_dropout=config.id_dropout,
            text_dropout=config.text_dropout,
            dropout=config.dropout,
            initial_stddev=config.initial_stddev,
        )
        tower.build(None)
        with_text = owners.text_counts > 0
        tower.adapt(owners.motivation_weights[with_text], owners.text_vectors[with_text])
        towers[tower_class] = tower
    if config.popularity_bias:
        bias = popularity_bias(items.interaction_counts[: items.num_embeddings])
        towers[CandidateTower].set_item_bias(config.temperature * bias)
    return LMMRec(
        users.to_layer("users"),
        items.to_layer("items"),
        towers[QueryTower],
        towers[CandidateTower],
        loss=config.loss,
        temperature=config.temperature,
        num_uniform_negatives=config.num_uniform_negatives,
        alignment_weight=config.alignment_weight if use_text else 0.0,
        alignment_temperature=config.alignment_temperature,
        l2=config.l2,
    )


def popularity_bias(interaction_counts: np.ndarray) -> np.ndarray:
    """The log of each item's share of the train pairs, the unknown item's last.

    A softmax over these alone is most-popular. One more interaction than there was is granted
    to each, and is all that an unknown item has.

    Args:
        interaction_counts: int `[num_embeddings]`.

    Returns:
        float32 `[num_embeddings + 1]`.

    >>> np.exp(popularity_bias(np.array([2, 0]))).round(4)
    array([0.6, 0.2, 0.2], dtype=float32)
    """
    counts = np.append(interaction_counts, 0).astype(np.float64) + 1.0
    return np.log(counts / counts.sum()).astype(np.float32)


def most_popular_metrics(items: OwnerTable, validator: RankingValidator) -> dict[str, float]:
    """The validation metrics of ranking by the number of train interactions."""
    counts = items.interaction_counts[:, np.newaxis].astype(np.float32)
    return validator.evaluate(np.ones((len(validator.users), 1), np.float32), counts)


def _dataset(pairs: np.ndarray, config: TrainingConfig) -> tf.data.Dataset:
    """Batches of pairs, shuffled anew each epoch; the odd rest is left to another epoch."""
    batch_size = min(config.batch_size, len(pairs))
    rows = {USER_ROW: pairs[:, 0], ITEM_ROW: pairs[:, 1]}
    dataset = tf.data.Dataset.from_tensor_slices(rows).shuffle(len(pairs), seed=config.seed)
    return dataset.batch(batch_size, drop_remainder=True).prefetch(tf.data.AUTOTUNE)


def _optimizer(config: TrainingConfig) -> tf.keras.optimizers.Optimizer:
    if config.optimizer == "adagrad":
        return tf.keras.optimizers.Adagrad(config.learning_rate)
    return tf.keras.optimizers.Adam(config.learning_rate)


def _log_run_settings(log_directory: str, config: TrainingConfig) -> None:
    """Records the settings, the seed among them, beside the curves."""
    writer = tf.summary.create_file_writer(os.path.join(log_directory, "settings"))
    with writer.as_default(step=0):
        tf.summary.text("config", config.model_dump_json())
        tf.summary.scalar("seed", config.seed)
    writer.close()
