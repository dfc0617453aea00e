"""The records that flow between the stages, and their form as `tf.train.Example`."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from lmmrec_tfrs.data import columns
from lmmrec_tfrs.data.example import (
    BytesList,
    Example,
    Feature,
    Features,
    FloatList,
    Int64List,
)


@dataclasses.dataclass(frozen=True)
class Event:
    """One row of behaviour: somebody reviewed, wished for or searched for something.

    `source` is one of `columns.EVENT_SOURCES`. Only a review is an interaction; the others are
    texts of a user, whose `item_id` may be empty.
    """

    user_id: str
    item_id: str
    text: str = ""
    timestamp: int | None = None  # seconds since 1970
    rating: float | None = None
    source: str = columns.REVIEW

    @property
    def is_interaction(self) -> bool:
        """Whether the event says that the user had the item, not only that they spoke."""
        return self.source not in columns.TEXT_SOURCES


@dataclasses.dataclass(frozen=True)
class Item:
    """One article of the catalogue."""

    item_id: str
    title: str = ""
    description: str = ""
    categories: tuple[str, ...] = ()
    brand: str = ""
    price: float | None = None

    @property
    def text(self) -> str:
        """Title, description and categories as one text; empty where there are none.

        >>> Item("i", title="Silk scarf", categories=("Women", "Scarves")).text
        'Silk scarf. Women, Scarves.'
        """
        parts = (self.title, self.description, ", ".join(c for c in self.categories if c.strip()))
        sentences = [part.strip() for part in parts if part.strip()]
        return " ".join(part if part[-1] in ".!?…" else f"{part}." for part in sentences)


@dataclasses.dataclass(frozen=True)
class QuarantinedRow:
    """A row that could not be used: as it was read, where, and why."""

    raw: bytes
    reason: str
    detail: str
    location: str


@dataclasses.dataclass(frozen=True)
class Evidence:
    """A motivation's name and the words of the text that support it.

    `polarity` is "seeks", or "avoids" where the writer wants to stay clear of it.
    """

    motivation: str
    quote: str
    polarity: str = "seeks"


@dataclasses.dataclass(frozen=True)
class ReviewMotivations:
    """What one review says of its writer's motivations.

    `weights` is float32 of shape `[num_motivations]` in the taxonomy's order; `vector` is
    the text's unit encoder vector, float32 of shape `[encoder_dim]`.
    """

    user_id: str
    item_id: str
    weights: np.ndarray
    vector: np.ndarray
    evidence: tuple[Evidence, ...] = ()


@dataclasses.dataclass(frozen=True)
class ColdMotivations:
    """What is known of an owner without a single review: by the catalogue, by notes and queries.

    `weights` is float32 of shape `[num_motivations]`, `vector` float32 of shape
    `[encoder_dim]`.
    """

    weights: np.ndarray
    vector: np.ndarray
    text_count: int


@dataclasses.dataclass(frozen=True)
class OwnerMotivations:
    """The motivations of a user or of an item, rolled up over `text_count` texts.

    `weights` is float32 of shape `[num_motivations]`, `vector` float32 of shape
    `[encoder_dim]`. `cold` is what the texts without the reviews say, None where all are reviews.
    """

    owner_id: str
    weights: np.ndarray
    vector: np.ndarray
    text_count: int
    evidence: tuple[Evidence, ...] = ()
    cold: ColdMotivations | None = None


def _bytes(values: Sequence[str]) -> Feature:
    encoded = [value.encode("utf-8") for value in values]
    return Feature(bytes_list=BytesList(value=encoded))


def _floats(values: Sequence[float]) -> Feature:
    return Feature(float_list=FloatList(value=values))


def _integers(values: Sequence[int]) -> Feature:
    return Feature(int64_list=Int64List(value=values))


def _example(features: dict[str, Feature]) -> Example:
    return Example(features=Features(feature=features))


def event_to_example(event: Event) -> Example:
    """Writes an event; a missing timestamp or rating is an absent feature."""
    features = {
        columns.USER_ID: _bytes([event.user_id]),
        columns.ITEM_ID: _bytes([event.item_id]),
        columns.TEXT: _bytes([event.text]),
        columns.SOURCE: _bytes([event.source]),
    }
    if event.timestamp is not None:
        features[columns.TIMESTAMP] = _integers([event.timestamp])
    if event.rating is not None:
        features[columns.RATING] = _floats([event.rating])
    return _example(features)


def item_to_example(item: Item) -> Example:
    """Writes an item; a missing price is an absent feature."""
    features = {
        columns.ITEM_ID: _bytes([item.item_id]),
        columns.TITLE: _bytes([item.title]),
        columns.DESCRIPTION: _bytes([item.description]),
        columns.CATEGORIES: _bytes(item.categories),
        columns.BRAND: _bytes([item.brand]),
    }
    if item.price is not None:
        features[columns.PRICE] = _floats([item.price])
    return _example(features)


def quarantined_row_to_example(row: QuarantinedRow) -> Example:
    """Writes a quarantined row, its bytes untouched."""
    return _example(
        {
            columns.RAW: Feature(bytes_list=BytesList(value=[row.raw])),
            columns.REASON: _bytes([row.reason]),
            columns.DETAIL: _bytes([row.detail]),
            columns.LOCATION: _bytes([row.location]),
        }
    )


def review_motivations_to_example(record: ReviewMotivations) -> Example:
    """Writes the motivations of a review."""
    return _example(
        {
            columns.USER_ID: _bytes([record.user_id]),
            columns.ITEM_ID: _bytes([record.item_id]),
            **_motivation_features(record),
        }
    )


def owner_motivations_to_example(record: OwnerMotivations) -> Example:
    """Writes the motivations of a user or an item; without cold texts their features are absent."""
    features = {
        columns.OWNER_ID: _bytes([record.owner_id]),
        columns.TEXT_COUNT: _integers([record.text_count]),
        **_motivation_features(record),
    }
    if record.cold is not None:
        features[columns.COLD_MOTIVATION_WEIGHTS] = _floats(record.cold.weights.tolist())
        features[columns.COLD_TEXT_VECTOR] = _floats(record.cold.vector.tolist())
        features[columns.COLD_TEXT_COUNT] = _integers([record.cold.text_count])
    return _example(features)


def _motivation_features(record: Any) -> dict[str, Feature]:
    return {
        columns.MOTIVATION_WEIGHTS: _floats(record.weights),
        columns.TEXT_VECTOR: _floats(record.vector),
        columns.EVIDENCE_MOTIVATIONS: _bytes([e.motivation for e in record.evidence]),
        columns.EVIDENCE_QUOTES: _bytes([e.quote for e in record.evidence]),
        columns.EVIDENCE_POLARITIES: _bytes([e.polarity for e in record.evidence]),
    }


class _Reader:
    """Typed access to the features of one example."""

    def __init__(self, example: Example):
        self._feature = example.features.feature

    def strings(self, name: str) -> list[str]:
        if name not in self._feature:
            return []
        return [value.decode("utf-8") for value in self._feature[name].bytes_list.value]

    def string(self, name: str) -> str:
        values = self.strings(name)
        return values[0] if values else ""

    def integer(self, name: str) -> int | None:
        values = self._feature[name].int64_list.value if name in self._feature else ()
        return int(values[0]) if values else None

    def number(self, name: str) -> float | None:
        values = self._feature[name].float_list.value if name in self._feature else ()
        return float(values[0]) if values else None

    def array(self, name: str) -> np.ndarray:
        return np.asarray(self._feature[name].float_list.value, dtype=np.float32)

    def cold(self) -> ColdMotivations | None:
        count = self.integer(columns.COLD_TEXT_COUNT)
        if count is None:
            return None
        weights = self.array(columns.COLD_MOTIVATION_WEIGHTS)
        return ColdMotivations(weights, self.array(columns.COLD_TEXT_VECTOR), count)

    def evidence(self) -> tuple[Evidence, ...]:
        names = self.strings(columns.EVIDENCE_MOTIVATIONS)
        quotes = self.strings(columns.EVIDENCE_QUOTES)
        polarities = self.strings(columns.EVIDENCE_POLARITIES)
        return tuple(Evidence(*fields) for fields in zip(names, quotes, polarities, strict=True))


def event_from_example(example: Example) -> Event:
    """Reads what `event_to_example` wrote."""
    read = _Reader(example)
    return Event(
        user_id=read.string(columns.USER_ID),
        item_id=read.string(columns.ITEM_ID),
        text=read.string(columns.TEXT),
        timestamp=read.integer(columns.TIMESTAMP),
        rating=read.number(columns.RATING),
        source=read.string(columns.SOURCE),
    )


def item_from_example(example: Example) -> Item:
    """Reads what `item_to_example` wrote."""
    read = _Reader(example)
    return Item(
        item_id=read.string(columns.ITEM_ID),
        title=read.string(columns.TITLE),
        description=read.string(columns.DESCRIPTION),
        categories=tuple(read.strings(columns.CATEGORIES)),
        brand=read.string(columns.BRAND),
        price=read.number(columns.PRICE),
    )


def quarantined_row_from_example(example: Example) -> QuarantinedRow:
    """Reads what `quarantined_row_to_example` wrote."""
    read = _Reader(example)
    return QuarantinedRow(
        raw=example.features.feature[columns.RAW].bytes_list.value[0],
        reason=read.string(columns.REASON),
        detail=read.string(columns.DETAIL),
        location=read.string(columns.LOCATION),
    )


def review_motivations_from_example(example: Example) -> ReviewMotivations:
    """Reads what `review_motivations_to_example` wrote."""
    read = _Reader(example)
    return ReviewMotivations(
        user_id=read.string(columns.USER_ID),
        item_id=read.string(columns.ITEM_ID),
        weights=read.array(columns.MOTIVATION_WEIGHTS),
        vector=read.array(columns.TEXT_VECTOR),
        evidence=read.evidence(),
    )


def owner_motivations_from_example(example: Example) -> OwnerMotivations:
    """Reads what `owner_motivations_to_example` wrote."""
    read = _Reader(example)
    return OwnerMotivations(
        owner_id=read.string(columns.OWNER_ID),
        weights=read.array(columns.MOTIVATION_WEIGHTS),
        vector=read.array(columns.TEXT_VECTOR),
        text_count=read.integer(columns.TEXT_COUNT) or 0,
        evidence=read.evidence(),
        cold=read.cold(),
    )
