"""Trains LMMRec on prepared data."""

import dataclasses
import logging
import tempfile
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from lmmrec_tfrs.backbones.backbone import Backbone
from lmmrec_tfrs.backbones.registry import prepare_data
from lmmrec_tfrs.model import LMMRec
from lmmrec_tfrs.towers import IdentifiedTower
from lmmrec_tfrs.training import distribution
from lmmrec_tfrs.training.batches import EpochBatches
from lmmrec_tfrs.training.build import build_model
from lmmrec_tfrs.training.checkpoints import TrainingCheckpoints, run_identity
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import TrainingData
from lmmrec_tfrs.training.earlier_towers import EarlierTowers
from lmmrec_tfrs.training.early_stopping import EarlyStopping
from lmmrec_tfrs.training.examples import training_examples
from lmmrec_tfrs.training.logs import TensorBoardLog
from lmmrec_tfrs.training.loop import TrainingLoop
from lmmrec_tfrs.training.model_validation import ModelValidation
from lmmrec_tfrs.training.optimizer import make_optimizer
from lmmrec_tfrs.training.popularity import most_popular_metrics
from lmmrec_tfrs.training.precision import precision_scope
from lmmrec_tfrs.training.progress import KeptWeights, TrainingProgress
from lmmrec_tfrs.training.report import training_report
from lmmrec_tfrs.training.step_runner import StepRunner
from lmmrec_tfrs.training.validation import RankingValidator
from lmmrec_tfrs.training.warm_start import warm_start

_log = logging.getLogger(__name__)


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
    checkpoint_directory: str | None = None,
    backbone: Callable[[TrainingData], Backbone] | None = None,
) -> TrainedModel:
    """Trains until the validation NDCG gets no better, and restores the best weights.

    Without validation pairs it trains for all `config.epochs`. Seeds TensorFlow's, NumPy's and
    Python's global generators with `config.seed`.

    With a `checkpoint_directory` a run that was killed, at whatever step, continues where its last
    checkpoint was made, and ends as if nothing had happened; on SIGINT or SIGTERM it finishes the
    step, saves and ends the process. One that was finished is not trained again.

    Args:
        data: tables and pairs.
        config: the settings.
        log_directory: where the TensorBoard logs go; may be remote.
        strategy: how the steps are distributed; None for what `config.distribution` names.
        checkpoint_directory: where the checkpoints are; may be remote; None for none.
        backbone: makes one of your own, given the tables; None for the configured one. It is
            called under the strategy, and again for the exported model where that is another.

    Returns:
        The towers, in float32, with a report of the run.

    Raises:
        ValueError: text is asked for, but no user and no item has any; the checkpoints are of
            other settings or other data; nothing of the earlier model fits; or a batch cannot
            be shared evenly.
    """
    strategy = strategy or distribution.make_strategy(config.distribution)
    earlier = EarlierTowers.read(config.warm_start_from) if config.warm_start_from else None
    data = prepare_data(earlier.with_attributes(data) if earlier else data, config.backbone)
    tf.keras.utils.set_random_seed(config.seed)
    batches = EpochBatches(
        training_examples(data), config.batch_size, config.seed, strategy.num_replicas_in_sync
    )
    progress, kept = TrainingProgress(), KeptWeights()
    projection = earlier.text_projection(data, config) if earlier else None
    with strategy.scope(), precision_scope(config.precision):
        own = backbone(data) if backbone else None
        model = build_model(data, config, own, projection)
        model.compile(optimizer=make_optimizer(config), jit_compile=config.jit_compile)
        # Variables made in the first step would have it traced twice.
        model.optimizer.build(model.trainable_variables)
    runner = StepRunner(model, strategy, config.jit_compile)
    validation, stopping, popularity = None, None, None
    if len(data.validation_pairs):
        validator = RankingValidator(
            data.train_pairs,
            data.validation_pairs,
            data.users.num_owners,
            data.items.num_owners,
            config.validation_k,
        )
        popularity = most_popular_metrics(data.items, validator)
        validation = ModelValidation(model, validator, strategy)
        stopping = EarlyStopping(
            model,
            progress,
            kept,
            validator.monitored,
            config.early_stopping_patience,
            config.minimum_epochs,
        )
    else:
        _log.warning("no validation pairs: training for all %d epochs.", config.epochs)
    checkpoints = None
    if checkpoint_directory:
        identity = run_identity(data, config, strategy.num_replicas_in_sync, projection)
        checkpoints = TrainingCheckpoints(checkpoint_directory, runner, progress, kept, identity)
    # Of several workers one writes.
    logs = log_directory if distribution.is_chief(strategy) else tempfile.mkdtemp()
    with TensorBoardLog(logs) as curves:
        curves.write_settings(config)
        loop = TrainingLoop(
            runner,
            batches,
            progress,
            config.epochs,
            validation,
            stopping,
            curves,
            checkpoints,
            config.checkpoint_steps,
        )
        if not loop.restore() and earlier is not None:
            progress.warm_start = warm_start(model, earlier)
        earlier = None  # Training can take hours: its tables need not stay in memory.
        loop.run()
    if config.precision != "float32" or strategy.num_replicas_in_sync > 1:
        model = _plain(model, data, config, backbone(data) if backbone else None)
    return TrainedModel(
        IdentifiedTower(model.users, model.query_tower, name="query"),
        IdentifiedTower(model.items, model.candidate_tower, name="candidate"),
        training_report(data, config, progress, popularity),
    )


def _plain(
    model: LMMRec, data: TrainingData, config: TrainingConfig, backbone: Backbone | None
) -> LMMRec:
    """The model on one device and in float32, for export."""
    plain = build_model(data, config, backbone, model.users.text_projection)
    for variable, trained in zip(plain.weights, model.weights, strict=True):
        variable.assign(trained.numpy())
    return plain
