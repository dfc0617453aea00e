"""Clusters of clauses: spherical k-means, and how many there are by their stability."""

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

_STARTS = 4


@dataclasses.dataclass(frozen=True)
class StabilityScore:
    """How much the clusterings of random halves agree, for a number of clusters.

    Attributes:
        num_clusters: the number.
        mean: the mean adjusted Rand index over the pairs of clusterings.
        standard_deviation: over the pairs.
    """

    num_clusters: int
    mean: float
    standard_deviation: float


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Scales rows to unit length; a zero row stays zero."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.maximum(norms, 1e-12)).astype(np.float32)


def cluster(vectors: np.ndarray, num_clusters: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Clusters unit vectors by direction.

    Spherical k-means (Dhillon and Modha, 2001) as Lloyd's k-means on unit vectors, whose centres
    are scaled to unit length at the end.

    Args:
        vectors: float32 `[num_clauses, dimension]`.
        num_clusters: how many clusters.
        seed: of the starts.

    Returns:
        The cluster of each row, int32 `[num_clauses]`, and the unit centres, float32
        `[num_clusters, dimension]`.
    """
    fitted = KMeans(num_clusters, n_init=_STARTS, random_state=seed).fit(vectors)
    centres = unit_rows(fitted.cluster_centers_)
    return np.argmax(vectors @ centres.T, axis=1).astype(np.int32), centres


def stability_scores(
    vectors: np.ndarray, numbers: Sequence[int], num_runs: int, seed: int
) -> list[StabilityScore]:
    """Scores numbers of clusters by their stability under resampling.

    Random halves of the rows are clustered, each half's centres label all rows, and the labels are
    compared by the adjusted Rand index, as in Ben-Hur, Elisseeff and Guyon (2002) and Lange et
    al. (2004).

    Args:
        vectors: unit vectors, float32 `[num_clauses, dimension]`.
        numbers: the numbers of clusters to score.
        num_runs: halves for each number.
        seed: of the halves and the starts.
    """
    scores = []
    for number in numbers:
        labellings = []
        for run in range(num_runs):
            random = np.random.default_rng([seed, number, run])
            half = random.choice(len(vectors), max(number, len(vectors) // 2), replace=False)
            fitted = KMeans(number, n_init=1, random_state=int(random.integers(2**31)))
            centres = unit_rows(fitted.fit(vectors[half]).cluster_centers_)
            labellings.append(np.argmax(vectors @ centres.T, axis=1))
        pairs = [adjusted_rand_score(a, b) for a, b in itertools.combinations(labellings, 2)]
        scores.append(StabilityScore(number, float(np.mean(pairs)), float(np.std(pairs))))
    return scores


def choose_number(scores: Sequence[StabilityScore], tolerance: float) -> int:
    """The largest number that is about as stable as the best: fine, but not by chance.

    >>> choose_number([StabilityScore(8, 0.5, 0), StabilityScore(12, 0.49, 0)], 0.05)
    12
    """
    best = max(score.mean for score in scores)
    enough = best - tolerance * abs(best)
    return max(score.num_clusters for score in scores if score.mean >= enough)


def merge_near(
    labels: np.ndarray, centres: np.ndarray, vectors: np.ndarray, similarity: float
) -> tuple[np.ndarray, np.ndarray]:
    """Merges the two nearest clusters for as long as they are nearer than a similarity.

    Returns:
        Labels and unit centres, as `cluster` has them.
    """
    labels, centres = labels.copy(), centres.copy()
    while len(centres) > 1:
        nearness = centres @ centres.T
        np.fill_diagonal(nearness, -1.0)
        kept, gone = sorted(int(i) for i in np.unravel_index(nearness.argmax(), nearness.shape))
        if nearness[kept, gone] <= similarity:
            break
        labels[labels == gone] = kept
        labels[labels > gone] -= 1
        centres = np.delete(centres, gone, axis=0)
        centres[kept] = unit_rows(vectors[labels == kept].mean(axis=0))
    return labels, centres
