"""The paired bootstrap over users, and over seeds: is one system better than another?"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

_DRAWS_AT_ONCE = 4_000_000


@dataclasses.dataclass(frozen=True)
class BootstrapResult:
    """The mean of a − b, its interval, and the two-sided p-value of its being 0."""

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
    return _summary(float(differences.mean()), means, confidence)


def paired_bootstrap_over_seeds(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> BootstrapResult:
    """Resamples users and training seeds: would it be so for other users and other seeds?

    Each resample draws users with replacement, the same for both systems, and, for each system
    by itself, as many of its seeds as it has, likewise; a system's value is the mean over the drawn
    seeds. Interval and p-value are those of `paired_bootstrap`, which this is where both systems
    have one seed. With few seeds their spread comes out somewhat too small: resampling s values
    gives (s − 1) / s of their variance.

    Args:
        a: float64 `[num_seeds_of_a, num_users]`, a metric of one system.
        b: float64 `[num_seeds_of_b, num_users]`, the same of the other, for the same users.
        samples: how many resamples.
        confidence: of the interval, as 0.95.
        seed: seeds the resampling.

    Raises:
        ValueError: the numbers of users disagree, or there is no user or no seed.

    >>> paired_bootstrap_over_seeds(np.array([[0.5, 1.0]]), np.array([[0.5, 1.0]])).p_value
    1.0
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or not (a.size and b.size):
        raise ValueError(
            "expected values [num_seeds, num_users] of both systems for the same users, at least "
            f"one of each, received shapes {a.shape} and {b.shape}."
        )
    rng = np.random.default_rng(seed)
    size = a.shape[1]
    at_once = max(1, _DRAWS_AT_ONCE // size)
    means = np.empty(samples)
    for start in range(0, samples, at_once):
        stop = min(start + at_once, samples)
        differences = _seed_weights(rng, stop - start, len(a)) @ a
        differences -= _seed_weights(rng, stop - start, len(b)) @ b
        users = rng.integers(size, size=differences.shape)
        means[start:stop] = np.take_along_axis(differences, users, axis=1).mean(axis=1)
    return _summary(float(a.mean() - b.mean()), means, confidence)


def _seed_weights(rng: np.random.Generator, samples: int, num_seeds: int) -> NDArray[np.float64]:
    """How much each seed counts in each resample, `[samples, num_seeds]`; rows sum to 1."""
    counts = rng.multinomial(num_seeds, np.full(num_seeds, 1 / num_seeds), size=samples)
    return counts / num_seeds


def _summary(difference: float, means: NDArray[np.float64], confidence: float) -> BootstrapResult:
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    fewer = min((means <= 0).sum(), (means >= 0).sum())
    return BootstrapResult(
        difference=difference,
        low=float(low),
        high=float(high),
        p_value=float(min(1.0, 2 * (1 + fewer) / (len(means) + 1))),
    )
