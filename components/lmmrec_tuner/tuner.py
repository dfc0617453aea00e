"""The tuner that TFX runs: a trial trains the model and reports its validation NDCG.

KerasTuner builds and saves Keras 3 models where Keras 3 is installed, and ours are Keras 2.
Its `BaseTuner` leaves the training to `run_trial` and handles no model at all.
"""

import logging
import os
import tempfile
from typing import Any

import tensorflow as tf
from keras_tuner.engine.base_tuner import BaseTuner
from keras_tuner.engine.trial import Trial
from tfx.components.trainer.fn_args_utils import FnArgs
from tfx.components.tuner.component import TunerFnResult

from components.lmmrec_trainer.training_data import read_training_data
from components.lmmrec_tuner import executor, oracles
from lmmrec_tfrs.training import fit
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import TrainingData
from lmmrec_tfrs.tuning.config import TuningConfig
from lmmrec_tfrs.tuning.overlay import overlay
from lmmrec_tfrs.tuning.space import checked_space, starting_values

_PROJECT = "trials"


class TrainingTuner(BaseTuner):
    """Trains one model a trial.

    Args:
        config: the settings around which is searched.
        tuning: how many trials, and what is searched.
        directory: where KerasTuner keeps the trials; those that are there already count.
    """

    def __init__(self, config: TrainingConfig, tuning: TuningConfig, directory: str):
        space = checked_space(config, tuning.space)
        first_values = starting_values(config, space)
        log = logging.getLogger(__name__)
        if first_values is None:
            log.info("the training section's own values lie outside tuning.space: not tried.")
        self.config = config
        if tuning.epochs is not None:
            self.config = config.model_copy(update={"epochs": tuning.epochs})
        super().__init__(
            oracles.build_oracle(tuning, space, first_values),
            directory=directory,
            project_name=_PROJECT,
        )
        if done := len(self.oracle.end_order):
            log.info("%d of %d trials were done before.", done, tuning.trials)

    def run_trial(self, trial: Trial, data: TrainingData) -> dict[str, float]:
        """Trains with the trial's values; returns the validation NDCG."""
        config = overlay(self.config, trial.hyperparameters.values)
        checkpoints = os.path.join(self.get_trial_dir(trial.trial_id), "checkpoints")
        with tempfile.TemporaryDirectory() as logs:
            report = fit.train(data, config, logs, checkpoint_directory=checkpoints).report
        if tf.io.gfile.exists(checkpoints):
            tf.io.gfile.rmtree(checkpoints)
        return {oracles.OBJECTIVE: validation_ndcg(report)}

    def on_trial_end(self, trial: Trial) -> None:
        """Records the trial and logs a line about it."""
        super().on_trial_end(trial)
        # The models of earlier trials would stay in memory.
        tf.keras.backend.clear_session()
        log = logging.getLogger(__name__)
        count = f"trial {len(self.oracle.end_order)} of {self.oracle.max_trials}"
        values = _described(trial.hyperparameters.values)
        ended = self.oracle.get_trial(trial.trial_id)
        if ended.score is None:
            reason = (ended.message or "no score").strip().splitlines()[-1]
            log.warning("%s failed with %s: %s", count, values, reason)
        else:
            log.info("%s: validation NDCG %.4f with %s", count, ended.score, values)


def validation_ndcg(report: dict[str, Any]) -> float:
    """The best epoch's NDCG out of the report of a training run.

    >>> validation_ndcg({"validation": {"ndcg_at_20": 0.25, "recall_at_20": 0.5}})
    0.25
    """
    (ndcg,) = (value for name, value in report["validation"].items() if name.startswith("ndcg"))
    return float(ndcg)


def tuner_fn(fn_args: FnArgs) -> TunerFnResult:
    """Makes the tuner and what its trials are given, as TFX's Tuner asks for.

    Another function with this signature takes its place by `LMMRecTuner(tuner_fn=...)`.

    Args:
        fn_args: `working_dir` is KerasTuner's folder, and `custom_config` holds the settings and
            the channels' URIs under the keys that `components.lmmrec_tuner.executor` names.

    Returns:
        The tuner, and the arguments of its `search`.

    Raises:
        ValueError: the data have no validation pairs to compare trials by.
    """
    given = fn_args.custom_config
    data = read_training_data(**given[executor.CHANNELS])
    if not len(data.validation_pairs):
        raise ValueError(
            "expected validation pairs to compare trials by, received none: change data.split so "
            "that a validation split is left, or set tuning.trials to 0."
        )
    tuner = TrainingTuner(
        TrainingConfig.model_validate_json(given[executor.TRAINING_JSON]),
        TuningConfig.model_validate_json(given[executor.TUNING_JSON]),
        fn_args.working_dir,
    )
    return TunerFnResult(tuner=tuner, fit_kwargs={"data": data})


def _described(values: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in values.items()
    )
