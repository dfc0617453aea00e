"""Fits a baseline as widely tuned as `baselines.py` says."""

import time
from typing import Any

from lmmrec_tfrs.evaluation.baselines import FittedBaseline, fit_baselines
from lmmrec_tfrs.evaluation.config import EvaluationConfig
from lmmrec_tfrs.evaluation.interactions import Interactions
from lmmrec_tfrs.evaluation.protocol import Scorer

from .cells import Cell
from .measure import mean_ndcg


def fit_best(cell: Cell, validation: Interactions) -> tuple[dict[str, Any], Scorer]:
    """The best on validation of all that the baseline's settings are chosen from."""
    started = time.monotonic()
    best: FittedBaseline | None = None
    best_value, best_config = -1.0, EvaluationConfig()
    for candidate in cell.settings["candidates"]:
        config = EvaluationConfig.model_validate(candidate)
        (fitted,) = fit_baselines(validation.train, validation, config)
        value = mean_ndcg(fitted.scorer, validation)
        if value > best_value:
            best, best_value, best_config = fitted, value, config
    if best is None:
        raise ValueError(f"expected settings of the baseline {cell.system}, received none.")
    chosen = dict(best.settings)
    if cell.system == "ials":
        chosen |= {"factors": best_config.ials_factors, "alpha": best_config.ials_alpha}
    return {"seconds": round(time.monotonic() - started, 2), "chosen": chosen}, best.scorer
