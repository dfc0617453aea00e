"""Texts on their way through the extraction, and what has been read out of them."""

import dataclasses
import enum

import numpy as np

from lmmrec_tfrs.data import columns
from lmmrec_tfrs.data.records import Event, Evidence, Item, ReviewMotivations
from lmmrec_tfrs.motivation.profile import MotivationProfile
from lmmrec_tfrs.motivation.quotes import avoided_evidence, supporting_quote


class Kind(enum.StrEnum):
    """Where a text comes from; each kind is calibrated on its own mean."""

    REVIEW = "review"
    CATALOGUE = "catalogue"
    # Somebody's words without a purchase: they speak for the user, not for an item.
    WISHLIST = "wishlist"
    QUERY = "query"
    NOTE = "note"
    # Profiles that a language model wrote before.
    USER_PROFILE = "user_profile"
    ITEM_PROFILE = "item_profile"


TEXT_ONLY = frozenset({Kind.WISHLIST, Kind.QUERY, Kind.NOTE})
# What people wrote themselves: what the language model and its student read.
WRITTEN_BY_USERS = frozenset({Kind.REVIEW, *TEXT_ONLY})
OF_USERS = frozenset({*WRITTEN_BY_USERS, Kind.USER_PROFILE})
OF_ITEMS = frozenset({Kind.REVIEW, Kind.CATALOGUE, Kind.ITEM_PROFILE})


@dataclasses.dataclass(frozen=True)
class Text:
    """A text and its owners; a catalogue text belongs to no user.

    `profile` is set where the text is a profile's own phrases, written before.
    """

    kind: Kind
    user_id: str
    item_id: str
    text: str
    profile: MotivationProfile | None = None


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
        predicted_scores: the language model's scores as its student predicts them, float32
            `[num_motivations]`, where the student read the text.
    """

    source: Text
    vector: np.ndarray
    similarity: np.ndarray
    clauses: np.ndarray
    clause_similarity: np.ndarray
    language_model_scores: np.ndarray | None = None
    profile: MotivationProfile | None = None
    predicted_scores: np.ndarray | None = None

    def with_answer(self, scores: np.ndarray, profile: MotivationProfile | None) -> "Reading":
        """The same reading, after the language model read the text too.

        Scores that say nothing are left out, and the text is judged without them: those of an
        answer that failed are NaN, those of a profile in which nothing is sought all zero.
        """
        says_something = bool(np.isfinite(scores).all() and np.any(scores))
        return dataclasses.replace(
            self, language_model_scores=scores if says_something else None, profile=profile
        )

    @property
    def is_answered(self) -> bool:
        """Whether the language model read the text, whatever it found."""
        return self.language_model_scores is not None or self.profile is not None

    def with_prediction(self, scores: np.ndarray) -> "Reading":
        """The same reading, after the student read the text too."""
        return dataclasses.replace(self, predicted_scores=scores)


@dataclasses.dataclass(frozen=True)
class WeightedReading:
    """A reading with its final weights, float32 `[num_motivations]`."""

    reading: Reading
    weights: np.ndarray

    def of(self, source: Text) -> "WeightedReading":
        """The same for another owner of the same words."""
        return dataclasses.replace(self, reading=dataclasses.replace(self.reading, source=source))

    def quote(self, motivation: int) -> str:
        """The clause nearest to a motivation, or what the profile cites there; verbatim."""
        reading = self.reading
        nearest = int(np.argmax(reading.clause_similarity[:, motivation]))
        start, end = map(int, reading.clauses[nearest])
        source = reading.source
        return supporting_quote(source.text, (start, end), reading.profile, source.profile)

    def avoided(self) -> tuple[tuple[float, Evidence], ...]:
        """What the writer wants to stay clear of, with its weight, where a profile says so."""
        source = self.reading.source
        return avoided_evidence(source.text, self.reading.profile, source.profile)

    def evidence(self, names: tuple[str, ...], count: int) -> tuple[Evidence, ...]:
        """A quote for each of the heaviest motivations, heaviest first; then what is avoided."""
        sought = [
            Evidence(names[index], self.quote(index)) for index in heaviest(self.weights, count)
        ]
        return (*sought, *(evidence for _, evidence in self.avoided()[:count]))

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


def text_only(event: Event) -> Text:
    """The text of an event without a purchase; its kind is the event's source.

    >>> text_only(Event("u", "", "warm coat", source="query")).kind.value
    'query'
    """
    known = event.source in (columns.WISHLIST, columns.QUERY, columns.NOTE)
    kind = Kind(event.source) if known else Kind.NOTE
    return Text(kind, event.user_id, event.item_id, event.text.strip())


def catalogue_text(item: Item) -> Text:
    """The text of an item; see `Item.text`."""
    return Text(Kind.CATALOGUE, "", item.item_id, item.text)
