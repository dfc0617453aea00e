"""Making scores comparable: between candidates, and between encoder and language model.

Some motivations score high for any text, because their words are common or their description
is broad. Subtracting each candidate's mean over the corpus removes that (contextual
calibration, after Zhao et al., 2021, arXiv:2102.09690).
"""

import dataclasses
import functools
from collections.abc import Iterable

import numpy as np


@dataclasses.dataclass(frozen=True)
class Moments:
    """Count, sum and sum of squares of score vectors; mergeable in any order.

    `total` and `squares` are float64 `[num_motivations]`.
    """

    count: int
    total: np.ndarray
    squares: np.ndarray

    @classmethod
    def zero(cls, num_motivations: int) -> "Moments":
        """The moments of nothing."""
        return cls(0, np.zeros(num_motivations), np.zeros(num_motivations))

    @classmethod
    def of(cls, scores: np.ndarray) -> "Moments":
        """The moments of score vectors `[num_texts, num_motivations]`."""
        scores = np.atleast_2d(np.asarray(scores, dtype=np.float64))
        return cls(scores.shape[0], scores.sum(axis=0), np.square(scores).sum(axis=0))

    def add(self, scores: np.ndarray) -> "Moments":
        """The moments with one more score vector `[num_motivations]`."""
        return self.merge([Moments.of(scores)])

    def merge(self, others: Iterable["Moments"]) -> "Moments":
        """The moments of all together."""
        return functools.reduce(
            lambda a, b: Moments(a.count + b.count, a.total + b.total, a.squares + b.squares),
            others,
            self,
        )

    @property
    def mean(self) -> np.ndarray:
        """The mean of each candidate, float64 `[num_motivations]`."""
        return self.total / max(self.count, 1)

    @property
    def deviation(self) -> float:
        """One standard deviation for all candidates, each around its own mean.

        A single one: dividing each candidate by its own would blow up those that the corpus
        hardly mentions.
        """
        variance = self.squares / max(self.count, 1) - np.square(self.mean)
        return float(np.sqrt(max(float(variance.mean()), 0.0)))


def standardise(scores: np.ndarray, moments: Moments) -> np.ndarray:
    """Centres each candidate on its corpus mean and divides by the common deviation.

    Args:
        scores: `[..., num_motivations]`.
        moments: of all scores of the corpus.

    Returns:
        float64 of the same shape; zeros where the corpus does not vary at all.

    >>> scores = np.array([[1.0, 5.0], [3.0, 5.0]])
    >>> standardise(scores, Moments.of(scores)).round(3).tolist()
    [[-1.414, 0.0], [1.414, 0.0]]
    """
    centred = np.asarray(scores, dtype=np.float64) - moments.mean
    deviation = moments.deviation
    return centred / deviation if deviation > 1e-9 else np.zeros_like(centred)


def to_weights(scores: np.ndarray, temperature: float) -> np.ndarray:
    """Softmax of the scores divided by a temperature, float32, each row summing to one."""
    scaled = np.asarray(scores, dtype=np.float64) / temperature
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return (exponentials / exponentials.sum(axis=-1, keepdims=True)).astype(np.float32)
