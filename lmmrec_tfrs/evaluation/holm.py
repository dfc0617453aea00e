"""Holm's correction: many comparisons at once, and the chance of any false claim bounded."""

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusts the p-values of a family of comparisons.

    With m of them, sorted, the i-th smallest (from 0) becomes the greatest of (m − j) p_j over
    j ≤ i, at most 1 (Holm, "A Simple Sequentially Rejective Multiple Test Procedure",
    Scandinavian Journal of Statistics, 1979). Calling those below α significant makes a false
    claim anywhere in the family with a chance of α at most, however they depend on each other.

    Args:
        p_values: each in [0, 1], in any order.

    Returns:
        The adjusted ones, in the same order.

    Raises:
        ValueError: one is not in [0, 1].

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    raw = np.asarray(p_values, dtype=np.float64)
    if raw.ndim != 1 or not ((raw >= 0) & (raw <= 1)).all():
        raise ValueError(f"expected p-values in [0, 1], received {list(p_values)}.")
    order = np.argsort(raw, kind="stable")
    factors = np.arange(len(raw), 0, -1)
    adjusted = np.empty_like(raw)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(factors * raw[order]))
    return [float(p) for p in adjusted]
