"""Where a model made of events has the motivations of its users and items from."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from lmmrec_tfrs.data import records
from lmmrec_tfrs.training.events import Events


class ReadText(Protocol):
    """What one text says."""

    @property
    def weights(self) -> np.ndarray:
        """Of the named motivations, float32 `[num_motivations]`."""
        ...

    @property
    def vector(self) -> np.ndarray:
        """The text as a unit vector, float32 `[encoder_dim]`."""
        ...


@runtime_checkable
class TextReader(Protocol):
    """Reads texts: a `lmmrec_tfrs.motivation.MotivationReader`, or an encoder of one's own."""

    def read(self, texts: Sequence[str]) -> Sequence[ReadText]:
        """Reads texts, none of them blank, each for itself."""
        ...


@dataclasses.dataclass(frozen=True)
class Motivations:
    """Motivations that were read before, such as by an extraction.

    `reviews`, where they are known one by one, give the coordination strategy two halves of an
    owner's texts. `names` are those of the motivations, in order, where they are known.
    """

    users: Iterable[records.OwnerMotivations] = ()
    items: Iterable[records.OwnerMotivations] = ()
    reviews: Iterable[records.ReviewMotivations] = ()
    names: Sequence[str] = ()


def read_motivations(
    reader: TextReader, events: Events, catalogue: Sequence[records.Item]
) -> Motivations:
    """Has the texts of events and catalogue read, and rolls them up to their users and items.

    The events' texts are read first, the catalogue's after them, so that a reader that calibrates
    itself on what it first reads does so on what people say. Like texts are read once.

    Args:
        reader: what reads them.
        events: whose texts go to their user and their item.
        catalogue: whose texts go to their item.

    Returns:
        The motivations of each user and item with text: the mean of the weights, and the mean of
        the vectors at unit length; of the catalogue's texts alone, too.

    Raises:
        ValueError: there is no text at all.
    """
    said = [
        (user, item, text.strip())
        for user, item, text in zip(
            events.user_ids, events.item_ids, events.texts or (), strict=False
        )
        if text.strip()
    ]
    described = [(item.item_id, item.text) for item in catalogue if item.text]
    if not said and not described:
        raise ValueError(
            "expected events with a 'text' that is not blank, or a catalogue with texts, for the "
            "reader of motivations, received none: give the events a 'text', or set use_text to "
            "false."
        )
    read_of = _read_each_once(reader, [text for *_, text in said])
    reviews = [
        records.ReviewMotivations(user, item, read_of[text].weights, read_of[text].vector)
        for user, item, text in said
    ]
    read_of = _read_each_once(reader, [text for _, text in described])
    return Motivations(
        _roll_up([(review.user_id, review) for review in reviews]),
        _roll_up(
            [(review.item_id, review) for review in reviews],
            [(item, read_of[text]) for item, text in described],
        ),
        reviews,
        # An encoder of one's own need not have a taxonomy.
        getattr(getattr(reader, "taxonomy", None), "names", ()),
    )


def _read_each_once(reader: TextReader, texts: Sequence[str]) -> dict[str, ReadText]:
    distinct = list(dict.fromkeys(texts))
    return dict(zip(distinct, reader.read(distinct), strict=True)) if distinct else {}


def _roll_up(
    reviews: Sequence[tuple[str, ReadText]], descriptions: Sequence[tuple[str, ReadText]] = ()
) -> list[records.OwnerMotivations]:
    """The means of each owner's texts; both are given as owner and text."""
    said, described = _by_owner(reviews), _by_owner(descriptions)
    rolled = []
    for owner in sorted({**said, **described}):
        cold = described.get(owner, [])
        texts = [*said.get(owner, []), *cold]
        of_cold = records.ColdMotivations(*_means(cold), len(cold)) if cold else None
        rolled.append(
            records.OwnerMotivations(owner, *_means(texts), text_count=len(texts), cold=of_cold)
        )
    return rolled


def _by_owner(texts: Sequence[tuple[str, ReadText]]) -> dict[str, list[ReadText]]:
    of_owner: dict[str, list[ReadText]] = {}
    for owner, text in texts:
        of_owner.setdefault(owner, []).append(text)
    return of_owner


def _means(texts: Sequence[ReadText]) -> tuple[np.ndarray, np.ndarray]:
    """The weights averaged, and the vectors averaged and made unit again; float32."""
    weights = np.mean([text.weights for text in texts], axis=0)
    vector = np.sum([text.vector for text in texts], axis=0)
    vector = vector / max(float(np.linalg.norm(vector)), 1e-12)
    return weights.astype(np.float32), vector.astype(np.float32)
