"""KerasTuner's search algorithms, started at the configuration's own values."""

from collections.abc import Mapping
from typing import Any

import keras_tuner
from keras_tuner.engine.trial import TrialStatus
from keras_tuner.oracles import BayesianOptimizationOracle, RandomSearchOracle

from components.lmmrec_tuner.hyperparameters import to_hyperparameters
from lmmrec_tfrs.tuning.config import SearchDimension, TuningConfig, Value

OBJECTIVE = "validation_ndcg"


class _StartsFromConfiguration:
    """Tries given values first, so that the best trial is no worse than they are."""

    first_values: Mapping[str, Value] | None = None

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """The values of the next trial."""
        if not self.trials and self.first_values is not None:  # type: ignore[attr-defined]
            return {"status": TrialStatus.RUNNING, "values": dict(self.first_values)}
        proposed: dict[str, Any] = super().populate_space(trial_id)  # type: ignore[misc]
        return proposed


class _RandomSearch(_StartsFromConfiguration, RandomSearchOracle):
    """Li and Talwalkar's and Bergstra and Bengio's baseline: independent draws."""


class _BayesianOptimization(_StartsFromConfiguration, BayesianOptimizationOracle):
    """A Gaussian process with an upper confidence bound."""


def build_oracle(
    tuning: TuningConfig,
    space: Mapping[str, SearchDimension],
    first_values: Mapping[str, Value] | None,
) -> keras_tuner.Oracle:
    """The algorithm that proposes what each trial tries.

    Args:
        tuning: the algorithm, the number of trials and the seed.
        space: what `lmmrec_tfrs.tuning.space.checked_space` returned.
        first_values: what the first trial tries; None for the algorithm's own choice.

    Returns:
        An oracle that maximises `OBJECTIVE`.
    """
    settings = {
        "objective": keras_tuner.Objective(OBJECTIVE, "max"),
        "max_trials": tuning.trials,
        "hyperparameters": to_hyperparameters(space),
        "allow_new_entries": False,
        # KerasTuner takes 0 for no seed at all.
        "seed": tuning.seed + 1,
    }
    if tuning.algorithm == "random":
        oracle = _RandomSearch(**settings)
    else:
        oracle = _BayesianOptimization(num_initial_points=max(2, tuning.trials // 3), **settings)
    oracle.first_values = first_values
    oracle.verbose = 0
    return oracle
