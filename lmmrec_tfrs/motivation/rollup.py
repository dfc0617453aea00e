"""Rolling the motivations of texts up to their users and items."""

import dataclasses
from collections.abc import Iterable

import numpy as np

from lmmrec_tfrs.data.records import ColdMotivations, Evidence, OwnerMotivations
from lmmrec_tfrs.motivation.profile import AVOIDS
from lmmrec_tfrs.motivation.reading import Kind, WeightedReading, heaviest

# What decides which text is quoted: people's own words before the catalogue, then the weight.
_Support = tuple[bool, float, str]
_NO_SUPPORT: _Support = (False, -1.0, "")
# Of what is avoided the heaviest so many are kept.
_MAX_AVOIDED = 16
_Avoided = dict[str, tuple[float, str]]


@dataclasses.dataclass
class TextSums:
    """Sums over texts: how many, their weights float64 `[num_motivations]`, and their vectors
    float64 `[encoder_dim]`.
    """

    count: int
    weights: np.ndarray
    vectors: np.ndarray

    @classmethod
    def zero(cls, num_motivations: int, dimension: int) -> "TextSums":
        """No text at all."""
        return cls(0, np.zeros(num_motivations), np.zeros(dimension))

    def add(self, count: int, weights: np.ndarray, vectors: np.ndarray) -> None:
        """Adds texts, in place."""
        self.count += count
        self.weights += weights
        self.vectors += vectors

    def means(self) -> tuple[np.ndarray, np.ndarray]:
        """The weights averaged, and the vectors averaged and made unit again; float32."""
        weights = self.weights / max(self.count, 1)
        vector = self.vectors / max(float(np.linalg.norm(self.vectors)), 1e-12)
        return weights.astype(np.float32), vector.astype(np.float32)


@dataclasses.dataclass
class Rollup:
    """The sum of an owner's texts; mergeable in any order.

    Attributes:
        texts: the sums over all texts.
        cold: the sums over those that are no reviews: known before anybody had the item, or of
            somebody who has had nothing.
        support: for each motivation the best quote so far.
        avoided: what the owner stays clear of: the greatest weight and its quote, by phrase.
    """

    texts: TextSums
    cold: TextSums
    support: list[_Support]
    avoided: _Avoided = dataclasses.field(default_factory=dict)

    @classmethod
    def empty(cls, num_motivations: int, dimension: int) -> "Rollup":
        """No text at all."""
        return cls(
            TextSums.zero(num_motivations, dimension),
            TextSums.zero(num_motivations, dimension),
            [_NO_SUPPORT] * num_motivations,
        )

    @classmethod
    def of(cls, weighted: WeightedReading) -> "Rollup":
        """One text."""
        rollup = cls.empty(len(weighted.weights), len(weighted.reading.vector))
        return rollup.add(weighted)

    def add(self, weighted: WeightedReading) -> "Rollup":
        """Adds a text, in place."""
        kind, vector = weighted.reading.source.kind, weighted.reading.vector
        for sums in (self.texts, *([self.cold] if kind != Kind.REVIEW else [])):
            sums.add(1, weighted.weights, vector)
        own_words = kind != Kind.CATALOGUE
        for index, weight in enumerate(weighted.weights.tolist()):
            if (own_words, weight) >= self.support[index][:2]:
                candidate = (own_words, weight, weighted.quote(index))
                self.support[index] = max(self.support[index], candidate)
        self._add_avoided({e.motivation: (weight, e.quote) for weight, e in weighted.avoided()})
        return self

    def merge(self, other: "Rollup") -> "Rollup":
        """Adds another owner's part, in place."""
        for sums, others in ((self.texts, other.texts), (self.cold, other.cold)):
            sums.add(others.count, others.weights, others.vectors)
        self.support = [max(a, b) for a, b in zip(self.support, other.support, strict=True)]
        self._add_avoided(other.avoided)
        return self

    def _add_avoided(self, avoided: _Avoided) -> None:
        for phrase, found in avoided.items():
            self.avoided[phrase] = max(found, self.avoided.get(phrase, found))
        if len(self.avoided) > _MAX_AVOIDED:
            self.avoided = dict(self._heaviest_avoided()[:_MAX_AVOIDED])

    def _heaviest_avoided(self) -> list[tuple[str, tuple[float, str]]]:
        return sorted(self.avoided.items(), key=lambda pair: (-pair[1][0], pair[0]))

    def to_record(
        self, owner_id: str, names: tuple[str, ...], evidence_count: int
    ) -> OwnerMotivations:
        """The mean of the texts: weights averaged, vectors averaged and made unit again.

        Raises:
            ValueError: there is no text.
        """
        if self.texts.count == 0:
            raise ValueError(f"expected at least one text of the owner '{owner_id}'.")
        weights, vector = self.texts.means()
        cold = ColdMotivations(*self.cold.means(), self.cold.count) if self.cold.count else None
        return OwnerMotivations(
            owner_id=owner_id,
            weights=weights,
            vector=vector,
            text_count=self.texts.count,
            cold=cold,
            evidence=(
                *(
                    Evidence(names[index], self.support[index][2])
                    for index in heaviest(weights, evidence_count)
                ),
                *(
                    Evidence(phrase, quote, AVOIDS)
                    for phrase, (_, quote) in self._heaviest_avoided()[:evidence_count]
                ),
            ),
        )


def roll_up(readings: Iterable[WeightedReading]) -> Rollup:
    """Rolls up the texts of one owner.

    Raises:
        ValueError: there is none.
    """
    iterator = iter(readings)
    first = next(iterator, None)
    if first is None:
        raise ValueError("expected at least one text to roll up.")
    rollup = Rollup.of(first)
    for weighted in iterator:
        rollup.add(weighted)
    return rollup
