"""From the models' raw scores to the weights of motivations."""

import hashlib
from collections.abc import Mapping

import numpy as np

from lmmrec_tfrs.motivation.calibration import Moments, standardise, to_weights
from lmmrec_tfrs.motivation.reading import Reading, WeightedReading

Priority = tuple[bool, float, str]


def encoder_scores(reading: Reading, similarity: Mapping[str, Moments]) -> np.ndarray:
    """The strategy `encode`: standardised similarity, among texts of the same kind."""
    return standardise(reading.similarity, similarity[reading.source.kind.value])


def averaged_scores(
    reading: Reading, similarity: Mapping[str, Moments], likelihood: Moments
) -> np.ndarray:
    """The strategy `score`: the mean of standardised similarity and likelihood.

    Raises:
        ValueError: the language model did not read the text.
    """
    if reading.language_model_scores is None:
        raise ValueError(f"the language model did not read {reading.source!r}.")
    return (
        encoder_scores(reading, similarity) + standardise(reading.language_model_scores, likelihood)
    ) / 2


def weigh_by_encoder(
    reading: Reading, temperature: float, similarity: Mapping[str, Moments]
) -> WeightedReading:
    """Turns a reading into weights by the encoder alone.

    Args:
        reading: what the models said of a text.
        temperature: of the softmax.
        similarity: moments of the encoder's similarities, by the value of the text's `Kind`.
    """
    return WeightedReading(reading, to_weights(encoder_scores(reading, similarity), temperature))


def weigh_by_both(
    reading: Reading,
    temperature: float,
    similarity: Mapping[str, Moments],
    likelihood: Moments,
    averaged: Moments,
) -> WeightedReading:
    """Turns a reading into weights by encoder and language model.

    Args:
        reading: what the models said of a text.
        temperature: of the softmax.
        similarity: moments of the encoder's similarities, by the value of the text's `Kind`.
        likelihood: moments of the likelihoods of the texts that the language model read.
        averaged: moments of their `averaged_scores`. Averages vary less than what they
            average, so they are standardised again: the weights are then as sharp as those
            of the encoder alone.
    """
    scores = standardise(averaged_scores(reading, similarity, likelihood), averaged)
    return WeightedReading(reading, to_weights(scores, temperature))


def language_model_priority(
    reading: Reading,
    similarity: Mapping[str, Moments],
    temperature: float,
    min_words: int,
    seed: int,
) -> Priority:
    """How much a review deserves the language model; the largest are read.

    Texts of enough words come before shorter ones; among them those come first where the
    encoder is least decided between its two best (margin sampling, Scheffer et al., 2001);
    a seeded hash breaks ties.
    """
    weights = to_weights(encoder_scores(reading, similarity), temperature)
    second, first = np.sort(weights)[-2:]
    source = reading.source
    identity = "\x00".join((str(seed), source.user_id, source.item_id, source.text))
    digest = hashlib.sha256(identity.encode("utf-8")).hexdigest()
    long_enough = len(source.text.split()) >= min_words
    return long_enough, float(1.0 - (first - second)), digest
