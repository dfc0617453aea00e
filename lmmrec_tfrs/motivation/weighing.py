"""From the models' raw scores to the weights of motivations."""

from collections.abc import Mapping

import numpy as np

from lmmrec_tfrs.motivation.calibration import (
    Calibration,
    Moments,
    moments_of,
    standardise,
    to_weights,
)
from lmmrec_tfrs.motivation.reading import TEXT_ONLY, Reading, WeightedReading

LANGUAGE_MODEL = "language_model"
STUDENT = "student"


def encoder_scores(reading: Reading, similarity: Mapping[str, Moments]) -> np.ndarray:
    """The strategy `encode`: standardised similarity, among texts of the same kind."""
    kind = reading.source.kind
    moments = moments_of(kind.value, similarity) if kind in TEXT_ONLY else similarity[kind.value]
    return standardise(reading.similarity, moments)


def second_reader_of(reading: Reading) -> str | None:
    """Who read the text beside the encoder: the language model, its student, or nobody."""
    if reading.language_model_scores is not None:
        return LANGUAGE_MODEL
    return None if reading.predicted_scores is None else STUDENT


def language_model_scores(reading: Reading, calibration: Calibration) -> np.ndarray:
    """The language model's standardised scores, or those that its student predicts.

    The student's are centred on their own mean but divided by the language model's deviation: a
    ridge regression shrinks what it is unsure of, and so that share of the average falls to the
    encoder.

    Raises:
        ValueError: neither read the text.
    """
    kind = reading.source.kind.value
    if reading.language_model_scores is not None:
        return standardise(reading.language_model_scores, moments_of(kind, calibration.answers))
    if reading.predicted_scores is None:
        raise ValueError(f"the language model did not read {reading.source!r}.")
    teacher = Moments.zero(len(reading.predicted_scores)).merge(calibration.answers.values())
    moments = moments_of(kind, calibration.predictions).with_deviation(teacher.deviation)
    return standardise(reading.predicted_scores, moments)


def averaged_scores(reading: Reading, calibration: Calibration, share: float = 0.5) -> np.ndarray:
    """The strategies with a language model: its scores averaged with the encoder's.

    Args:
        reading: what the models said of a text.
        calibration: of the corpus.
        share: the language model's, in [0, 1].

    Raises:
        ValueError: neither the language model nor its student read the text.
    """
    by_encoder = encoder_scores(reading, calibration.similarity)
    return (1.0 - share) * by_encoder + share * language_model_scores(reading, calibration)


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


def weigh(
    reading: Reading, calibration: Calibration, temperature: float, share: float = 0.5
) -> WeightedReading:
    """Turns a reading into weights by all the models that read the text.

    Averages vary less than what they average, so they are brought back to the spread of the
    encoder's scores: the weights are then as sharp as those of the encoder alone.

    Args:
        reading: what the models said of a text.
        calibration: of the corpus.
        temperature: of the softmax.
        share: the language model's in the average, in [0, 1].
    """
    judge = second_reader_of(reading)
    if judge is None:
        return weigh_by_encoder(reading, temperature, calibration.similarity)
    scores = averaged_scores(reading, calibration, share)
    spread = calibration.averages[judge].spread
    return WeightedReading(
        reading, to_weights(scores / spread if spread > 1e-9 else scores, temperature)
    )
