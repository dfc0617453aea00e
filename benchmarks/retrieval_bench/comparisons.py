"""Which systems are compared, and by what test."""

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np

from lmmrec_tfrs.evaluation.bootstrap import paired_bootstrap_over_seeds
from lmmrec_tfrs.evaluation.holm import holm

from .cells import BASELINE
from .measure import MAIN_METRIC
from .results import SystemResult
from .variants import FULL, NO_TEXT, SHUFFLED_TEXT

BEST = "best"
# What the benchmark is there to find out; what each part is worth is a question of its own.
MAIN_KINDS = (NO_TEXT, SHUFFLED_TEXT, BEST)


@dataclasses.dataclass(frozen=True)
class Comparison:
    """One system minus another.

    `p_value` is of the paired bootstrap over users and seeds; `adjusted_p_value` is Holm's over
    the comparisons of the same family: those of `MAIN_KINDS`, or those with a part left out.
    """

    data_set: str
    backbone: str
    first: str
    second: str
    kind: str
    metric: str
    first_mean: float
    second_mean: float
    difference: float
    low: float
    high: float
    p_value: float
    adjusted_p_value: float

    @property
    def relative(self) -> float | None:
        """The difference as a share of the second system's mean."""
        return self.difference / self.second_mean if self.second_mean else None


def compare(
    results: Sequence[SystemResult], samples: int, seed: int = 0, metric: str = MAIN_METRIC
) -> list[Comparison]:
    """All comparisons of a report, those of `MAIN_KINDS` first.

    Per data set and backbone, the full model minus each other variant; per data set, the best
    configuration minus the best baseline, both chosen on validation.

    Args:
        results: of all data sets.
        samples: resamples of the bootstrap.
        seed: seeds them.
        metric: what is compared.
    """
    pairs = [pair for name in _data_sets(results) for pair in _pairs(_of(results, name))]
    families = [
        [pair for pair in pairs if (pair[0] in MAIN_KINDS) is is_main] for is_main in (True, False)
    ]
    return [
        comparison for family in families for comparison in _family(family, samples, seed, metric)
    ]


def _family(
    pairs: Sequence[tuple[str, SystemResult, SystemResult]], samples: int, seed: int, metric: str
) -> list[Comparison]:
    tests = [
        paired_bootstrap_over_seeds(a.values[metric], b.values[metric], samples, seed=seed)
        for _, a, b in pairs
    ]
    adjusted = holm([test.p_value for test in tests])
    return [
        Comparison(
            data_set=a.data_set,
            backbone=a.system,
            first=a.label,
            second=b.label,
            kind=kind,
            metric=metric,
            first_mean=float(a.values[metric].mean()),
            second_mean=float(b.values[metric].mean()),
            **dataclasses.asdict(test),
            adjusted_p_value=p_value,
        )
        for (kind, a, b), test, p_value in zip(pairs, tests, adjusted, strict=True)
    ]


def best_on_validation(results: Sequence[SystemResult]) -> SystemResult | None:
    """The one with the greatest validation metric; none of none."""
    return max(results, key=lambda result: result.validation, default=None)


def identical_systems(
    results: Sequence[SystemResult], metric: str = MAIN_METRIC
) -> list[tuple[SystemResult, SystemResult]]:
    """Systems of a data set that have the same settings, or agree on every user."""
    return [
        (a, b)
        for a, b in itertools.combinations(results, 2)
        if a.data_set == b.data_set
        and (_same_settings(a, b) or np.array_equal(a.values[metric], b.values[metric]))
    ]


def _same_settings(a: SystemResult, b: SystemResult) -> bool:
    """Whether two are the same model: a search may choose what a variant leaves out."""
    return (
        BASELINE not in (a.variant, b.variant) and a.system == b.system and a.settings == b.settings
    )


def _data_sets(results: Sequence[SystemResult]) -> list[str]:
    return list(dict.fromkeys(result.data_set for result in results))


def _of(results: Sequence[SystemResult], data_set: str) -> list[SystemResult]:
    return [result for result in results if result.data_set == data_set]


def _pairs(results: Sequence[SystemResult]) -> list[tuple[str, SystemResult, SystemResult]]:
    """The comparisons of one data set: the kind, and the two systems."""
    pairs = []
    for full in (result for result in results if result.variant == FULL):
        pairs += [
            (other.variant, full, other)
            for other in results
            if other.system == full.system and other.variant not in (FULL, BASELINE)
        ]
    # Shuffled text is a control that nobody would choose.
    models = [r for r in results if r.variant not in (BASELINE, SHUFFLED_TEXT)]
    model = best_on_validation(models)
    baseline = best_on_validation([r for r in results if r.variant == BASELINE])
    if model and baseline:
        pairs.append((BEST, model, baseline))
    return pairs
