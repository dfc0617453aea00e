"""The paired bootstrap over users: is one system better than another?"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

_DRAWS_AT_ONCE = 4_000_000


@dataclasses.dataclass(frozen=True)
class BootstrapResult:
    """The mean of a − b over users, its interval, and the two-sided p-value of its being 0."""

    difference: float
    low: float
    high: float
    p_value: float


def paired_bootstrap(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> BootstrapResult:
    """Resamples users with replacement, keeping each user's two values together.

    The interval holds the middle of the resampled means (percentile method; Efron and
    Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13). With s resamples, the
    p-value is 2 (1 + the smaller of the numbers of means ≤ 0 and ≥ 0) / (s + 1), at most 1.

    Args:
        a: float64 `[num_users]`, a metric of one system for each user.
        b: float64 `[num_users]`, the same of the other, for the same users.
        samples: how many resamples.
        confidence: of the interval, as 0.95.
        seed: seeds the resampling.

    Raises:
        ValueError: the shapes disagree or are empty.

    >>> paired_bootstrap(np.array([0.5, 1.0]), np.array([0.5, 1.0])).p_value
    1.0
    """
    if a.ndim != 1 or a.shape != b.shape or not a.size:
        raise ValueError(
            "expected a value of both systems for each of at least one user, received shapes "
            f"{a.shape} and {b.shape}."
        )
    differences = np.asarray(a, dtype=np.float64) - b
    rng = np.random.default_rng(seed)
    size = len(differences)
    at_once = max(1, _DRAWS_AT_ONCE // size)
    means = np.concatenate(
        [
            differences[rng.integers(size, size=(min(at_once, samples - start), size))].mean(axis=1)
            for start in range(0, samples, at_once)
        ]
    )
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    fewer = min((means <= 0).sum(), (means >= 0).sum())
    return BootstrapResult(
        difference=float(differences.mean()),
        low=float(low),
        high=float(high),
        p_value=float(min(1.0, 2 * (1 + fewer) / (samples + 1))),
    )
