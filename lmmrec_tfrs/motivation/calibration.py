"""Making scores comparable: between candidates, and between encoder and language model.

Some motivations score high for any text, because their words are common or their description
is broad. Subtracting each candidate's mean over the corpus removes that (contextual
calibration, after Zhao et al., 2021, arXiv:2102.09690).
"""

import dataclasses
import functools
import json
from collections.abc import Iterable, Mapping

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

    @property
    def spread(self) -> float:
        """The root mean square of all scores, around zero."""
        return float(np.sqrt(self.squares.mean() / max(self.count, 1)))

    def with_deviation(self, deviation: float) -> "Moments":
        """The same count and means, with another common deviation."""
        squares = (np.square(self.mean) + deviation**2) * max(self.count, 1)
        return Moments(max(self.count, 1), self.total, squares)


# A kind of text with fewer texts has no mean worth subtracting: the reviews' stands in for it.
MIN_TEXTS = 20


@dataclasses.dataclass(frozen=True)
class Calibration:
    """What a corpus says of the scores, by kind of text.

    Attributes:
        similarity: of the encoder's similarities, by the value of the text's `Kind`.
        answers: of the language model's scores of the texts that it read, likewise.
        predictions: of the scores that its student predicts, likewise.
        averages: of the averages with the encoder, "language_model" and "student".
    """

    similarity: Mapping[str, Moments]
    answers: Mapping[str, Moments] = dataclasses.field(default_factory=dict)
    predictions: Mapping[str, Moments] = dataclasses.field(default_factory=dict)
    averages: Mapping[str, Moments] = dataclasses.field(default_factory=dict)

    def to_json(self) -> str:
        """The calibration as JSON."""
        return json.dumps(
            {
                field.name: {
                    key: {
                        "count": moments.count,
                        "total": moments.total.tolist(),
                        "squares": moments.squares.tolist(),
                    }
                    for key, moments in sorted(getattr(self, field.name).items())
                }
                for field in dataclasses.fields(self)
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Calibration":
        """Reads what `to_json` wrote."""
        return cls(
            **{
                name: {
                    key: Moments(
                        moments["count"], np.array(moments["total"]), np.array(moments["squares"])
                    )
                    for key, moments in by_key.items()
                }
                for name, by_key in json.loads(text).items()
            }
        )


def moments_of(kind: str, by_kind: Mapping[str, Moments], stand_in: str = "review") -> Moments:
    """The moments that calibrate a kind of text.

    A kind of fewer than `MIN_TEXTS` texts borrows those of the kind that stands in for it, where
    there are more.

    Raises:
        KeyError: there are moments of neither.
    """
    own, other = by_kind.get(kind), by_kind.get(stand_in)
    if own is None and other is None:
        raise KeyError(f"expected scores of '{kind}' or '{stand_in}', received {list(by_kind)}.")
    if own is None or (other is not None and own.count < min(MIN_TEXTS, other.count)):
        assert other is not None
        return other
    return own


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
