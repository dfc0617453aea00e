"""Whether a model is blessed: the floor, most-popular, and the latest blessed model."""

from lmmrec_tfrs.evaluation.config import EvaluationConfig
from lmmrec_tfrs.evaluation.report import EvaluationReport, Verdict

# What two computations of the same mean may differ by.
_ROUNDING = 1e-9


def judge(
    report: EvaluationReport, config: EvaluationConfig, blessed_scorer: str | None = None
) -> Verdict:
    """Holds the model, the report's first scorer, against what the configuration asks for.

    Args:
        report: what `evaluate` found.
        config: the gate's metric and its bounds.
        blessed_scorer: the name of the latest blessed model among the scorers, if there is one.
    """
    metric = config.gate_metric
    value = report.value(report.scorers[0], metric)
    reasons = []
    if value < config.minimum_value:
        reasons.append(
            f"{metric} is {value:.4f}, below the floor of {config.minimum_value:.4f} "
            "(minimum_value)."
        )
    if config.minimum_ratio_to_most_popular is not None:
        popular = report.value("most_popular", metric)
        bound = config.minimum_ratio_to_most_popular * popular
        if value < bound - _ROUNDING:
            reasons.append(
                f"{metric} is {value:.4f}, below {bound:.4f}, which is "
                f"{config.minimum_ratio_to_most_popular:g} times most-popular's {popular:.4f} "
                "(minimum_ratio_to_most_popular)."
            )
    if blessed_scorer is not None:
        blessed = report.value(blessed_scorer, metric)
        bound = (1.0 - config.allowed_drop_from_blessed) * blessed
        if value < bound - _ROUNDING:
            reasons.append(
                f"{metric} is {value:.4f}, below {bound:.4f}: the latest blessed model reaches "
                f"{blessed:.4f} on the same split, and a relative drop of "
                f"{config.allowed_drop_from_blessed:g} is allowed (allowed_drop_from_blessed)."
            )
    return Verdict(blessed=not reasons, reasons=tuple(reasons))
