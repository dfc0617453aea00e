"""The baselines and what their settings are chosen from: the one table to edit."""

import itertools
from collections.abc import Mapping
from typing import Any

from lmmrec_tfrs.evaluation.config import EvaluationConfig

# Penalties of iALS, in its confidences. What suits lies close together, mostly between 1 and 5,
# and ten times the confidence leaves nothing but popularity.
_IALS_PENALTIES = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0)
_IALS_CONFIDENCES = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0, 1280.0)

# By baseline, what its settings on the validation split are chosen from; wider than the
# evaluation's defaults, for a baseline is to be tuned as the model is.
BASELINES: dict[str, tuple[Mapping[str, Any], ...]] = {
    "most_popular": ({},),
    "ease": ({"ease_l2": (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)},),
    "ials": tuple(
        {
            "ials_factors": factors,
            "ials_alpha": alpha,
            "ials_regularization": tuple(alpha * share for share in _IALS_PENALTIES),
        }
        for factors, alpha in itertools.product((64, 128), _IALS_CONFIDENCES)
    ),
    "item_knn": ({"item_knn_neighbours": (5, 10, 20, 50, 100, 200, 500, 1000)},),
}

# Those whose outcome hangs on a seed.
SEEDED = ("ials",)


def candidates(name: str, seed: int) -> list[EvaluationConfig]:
    """The configurations that the baseline's settings are chosen from."""
    return [
        EvaluationConfig(baselines=(name,), seed=seed, threads=1, **settings)
        for settings in BASELINES[name]
    ]
