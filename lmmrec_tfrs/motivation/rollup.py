"""Rolling the motivations of texts up to their users and items."""

import dataclasses
from collections.abc import Iterable

import numpy as np

from lmmrec_tfrs.data.records import Evidence, OwnerMotivations
from lmmrec_tfrs.motivation.profile import AVOIDS
from lmmrec_tfrs.motivation.reading import Kind, WeightedReading, heaviest

# What decides which text is quoted: people's own words before the catalogue, then the weight.
_Support = tuple[bool, float, str]
_NO_SUPPORT: _Support = (False, -1.0, "")
# Of what is avoided the heaviest so many are kept.
_MAX_AVOIDED = 16
_Avoided = dict[str, tuple[float, str]]


@dataclasses.dataclass
class Rollup:
    """The sum of an owner's texts; mergeable in any order.

    Attributes:
        count: how many texts.
        weights: their summed weights, float64 `[num_motivations]`.
        vectors: their summed vectors, float64 `[encoder_dim]`.
        support: for each motivation the best quote so far.
        avoided: what the owner stays clear of: the greatest weight and its quote, by phrase.
    """

    count: int
    weights: np.ndarray
    vectors: np.ndarray
    support: list[_Support]
    avoided: _Avoided = dataclasses.field(default_factory=dict)

    @classmethod
    def empty(cls, num_motivations: int, dimension: int) -> "Rollup":
        """No text at all."""
        return cls(
            0, np.zeros(num_motivations), np.zeros(dimension), [_NO_SUPPORT] * num_motivations
        )

    @classmethod
    def of(cls, weighted: WeightedReading) -> "Rollup":
        """One text."""
        rollup = cls.empty(len(weighted.weights), len(weighted.reading.vector))
        return rollup.add(weighted)

    def add(self, weighted: WeightedReading) -> "Rollup":
        """Adds a text, in place."""
        self.count += 1
        self.weights += weighted.weights
        self.vectors += weighted.reading.vector
        own_words = weighted.reading.source.kind != Kind.CATALOGUE
        for index, weight in enumerate(weighted.weights.tolist()):
            if (own_words, weight) >= self.support[index][:2]:
                candidate = (own_words, weight, weighted.quote(index))
                self.support[index] = max(self.support[index], candidate)
        self._add_avoided({e.motivation: (weight, e.quote) for weight, e in weighted.avoided()})
        return self

    def merge(self, other: "Rollup") -> "Rollup":
        """Adds another owner's part, in place."""
        self.count += other.count
        self.weights += other.weights
        self.vectors += other.vectors
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
        if self.count == 0:
            raise ValueError(f"expected at least one text of the owner '{owner_id}'.")
        weights = (self.weights / self.count).astype(np.float32)
        vector = self.vectors / max(float(np.linalg.norm(self.vectors)), 1e-12)
        return OwnerMotivations(
            owner_id=owner_id,
            weights=weights,
            vector=vector.astype(np.float32),
            text_count=self.count,
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
