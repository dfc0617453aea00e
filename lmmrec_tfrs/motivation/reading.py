"""Texts on their way through the extraction, and what has been read out of them."""

import dataclasses
import enum

import numpy as np

from lmmrec_tfrs.data.records import Event, Evidence, Item, ReviewMotivations
from lmmrec_tfrs.motivation.profile import MotivationProfile


class Kind(str, enum.Enum):
    """Where a text comes from; each kind is calibrated on its own mean."""

    REVIEW = "review"
    CATALOGUE = "catalogue"


@dataclasses.dataclass(frozen=True)
class Text:
    """A text and its owners; a catalogue text belongs to no user."""

    kind: Kind
    user_id: str
    item_id: str
    text: str


@dataclasses.dataclass(frozen=True)
class Reading:
    """A text with what the models said of it.

    Attributes:
        source: the text.
        vector: its unit vector, float32 `[encoder_dim]`.
        similarity: cosine similarity to each motivation, float32 `[num_motivations]`.
        clauses: the spans of its clauses, int32 `[num_clauses, 2]`.
        clause_similarity: theirs, float16 `[num_clauses, num_motivations]`.
        language_model_scores: how well each motivation fits by the language model, float32
            `[num_motivations]`, where it read the text.
        profile: what the language model wrote of the text, where it writes.
    """

    source: Text
    vector: np.ndarray
    similarity: np.ndarray
    clauses: np.ndarray
    clause_similarity: np.ndarray
    language_model_scores: np.ndarray | None = None
    profile: MotivationProfile | None = None

    def with_answer(self, scores: np.ndarray, profile: MotivationProfile | None) -> "Reading":
        """The same reading, after the language model read the text too."""
        return dataclasses.replace(self, language_model_scores=scores, profile=profile)


@dataclasses.dataclass(frozen=True)
class WeightedReading:
    """A reading with its final weights, float32 `[num_motivations]`."""

    reading: Reading
    weights: np.ndarray

    def quote(self, motivation: int) -> str:
        """The clause nearest to a motivation, verbatim."""
        nearest = int(np.argmax(self.reading.clause_similarity[:, motivation]))
        start, end = self.reading.clauses[nearest]
        return self.reading.source.text[start:end]

    def evidence(self, names: tuple[str, ...], count: int) -> tuple[Evidence, ...]:
        """A quote for each of the heaviest motivations, heaviest first."""
        return tuple(
            Evidence(names[index], self.quote(index)) for index in heaviest(self.weights, count)
        )

    def to_record(self, names: tuple[str, ...], evidence_count: int) -> ReviewMotivations:
        """The motivations of a review."""
        source = self.reading.source
        return ReviewMotivations(
            user_id=source.user_id,
            item_id=source.item_id,
            weights=self.weights,
            vector=self.reading.vector,
            evidence=self.evidence(names, evidence_count),
        )


def heaviest(weights: np.ndarray, count: int) -> list[int]:
    """The indices of the largest weights, largest first; the first one wins a tie."""
    return [int(index) for index in np.argsort(-weights, kind="stable")[:count]]


def review_text(event: Event) -> Text:
    """The text of an event, without the white space around it."""
    return Text(Kind.REVIEW, event.user_id, event.item_id, event.text.strip())


def catalogue_text(item: Item) -> Text:
    """The title, description and categories of an item, as one text.

    >>> catalogue_text(Item("i", title="Silk scarf", categories=("Women", "Scarves"))).text
    'Silk scarf. Women, Scarves.'
    """
    parts = (item.title, item.description, ", ".join(c for c in item.categories if c.strip()))
    sentences = [part.strip() for part in parts if part.strip()]
    text = " ".join(part if part[-1] in ".!?…" else f"{part}." for part in sentences)
    return Text(Kind.CATALOGUE, "", item.item_id, text)
