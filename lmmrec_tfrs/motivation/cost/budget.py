"""Which texts get the language model's time."""

import hashlib
from collections.abc import Mapping

import numpy as np

from lmmrec_tfrs.motivation.calibration import Moments, to_weights
from lmmrec_tfrs.motivation.reading import WRITTEN_BY_USERS, Reading, Text
from lmmrec_tfrs.motivation.weighing import encoder_scores

# Already answered, long enough, how undecided the encoder is, and a hash that breaks ties.
Priority = tuple[bool, bool, float, str]


def seeded_digest(seed: int, source: Text) -> str:
    """A hash of a text's words: a random order that is the same in every run and on any worker."""
    identity = "\x00".join((str(seed), source.kind.value, source.text))
    return hashlib.sha256(identity.encode("utf-8")).hexdigest()


def may_be_read(source: Text) -> bool:
    """Whether the language model may read a text: what people wrote, never the catalogue."""
    return source.kind in WRITTEN_BY_USERS


def language_model_priority(
    reading: Reading,
    similarity: Mapping[str, Moments],
    temperature: float,
    min_words: int,
    seed: int,
    answered: bool = False,
) -> Priority:
    """How much a text deserves the language model; the largest are read.

    Texts with an answer in the cache come first, for they cost nothing. Texts of enough words
    come before shorter ones; among them those come first where the encoder is least decided
    between its two best (margin sampling, Scheffer et al., 2001); a seeded hash breaks ties.

    Args:
        reading: what the encoder said of the text.
        similarity: moments of the encoder's similarities, by kind of text.
        temperature: of the softmax that turns them into weights.
        min_words: what is long enough.
        seed: of the ties.
        answered: whether the cache holds the language model's answer.
    """
    weights = to_weights(encoder_scores(reading, similarity), temperature)
    second, first = np.sort(weights)[-2:]
    long_enough = len(reading.source.text.split()) >= min_words
    return answered, long_enough, float(1.0 - (first - second)), seeded_digest(seed, reading.source)
