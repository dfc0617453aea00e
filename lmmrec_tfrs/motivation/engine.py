"""The steps of reading, which the Beam pipeline and `MotivationReader` take alike.

What differs is only who holds the texts: Beam's collections, or lists.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lmmrec_tfrs.motivation import weighing
from lmmrec_tfrs.motivation.calibration import Calibration, Moments
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.cost import budget
from lmmrec_tfrs.motivation.cost.student import (
    MAX_ANSWERS,
    Student,
    StudentReport,
    train_student,
)
from lmmrec_tfrs.motivation.reading import Reading, WeightedReading
from lmmrec_tfrs.motivation.strategies.strategy import strategy_of

SimilarityMoments = Mapping[str, Moments]


class Lesson(NamedTuple):
    """What the student learns of one text.

    Attributes:
        digest: orders the lessons at random, alike on any runner.
        vector: the encoder's, float32 `[encoder_dim]`.
        encoder_scores: its standardised similarities, float32 `[num_motivations]`.
        scores: the language model's, float32 `[num_motivations]`.
    """

    digest: str
    vector: np.ndarray
    encoder_scores: np.ndarray
    scores: np.ndarray


class ReadingEngine:
    """The steps of reading, each for one text or for what was gathered of all.

    Args:
        config: the settings.
    """

    max_lessons = MAX_ANSWERS

    def __init__(self, config: ExtractionConfig):
        self.config = config
        self.strategy = strategy_of(config)

    def priority(
        self, reading: Reading, similarity: SimilarityMoments, answered: bool = False
    ) -> budget.Priority:
        """How much a text deserves the language model; see `language_model_priority`."""
        config = self.config
        return budget.language_model_priority(
            reading,
            similarity,
            config.temperature,
            config.min_language_model_words,
            config.seed,
            answered,
        )

    def lesson(self, reading: Reading, similarity: SimilarityMoments) -> Lesson:
        """What the student learns of a text that the language model read."""
        return Lesson(
            budget.seeded_digest(self.config.seed, reading.source),
            reading.vector,
            weighing.encoder_scores(reading, similarity).astype(np.float32),
            np.asarray(reading.language_model_scores),
        )

    def train(self, lessons: Iterable[Lesson]) -> tuple[Student | None, StudentReport]:
        """Trains the student, on `max_lessons` of the lessons at most."""
        ordered = sorted(lessons, key=lambda lesson: lesson.digest)[-self.max_lessons :]
        return train_student(
            *(
                np.stack([lesson[i] for lesson in ordered]) if ordered else np.zeros((0, 1))
                for i in (1, 2, 3)
            )
        )

    def is_for_student(self, reading: Reading) -> bool:
        """Whether the student reads a text: what people wrote, and the language model did not.

        The catalogue's style is not that of the texts that the student learnt from.
        """
        return reading.language_model_scores is None and budget.may_be_read(reading.source)

    def predict(self, reading: Reading, student: Student, similarity: SimilarityMoments) -> Reading:
        """Has the student read a text."""
        scores = weighing.encoder_scores(reading, similarity)
        return reading.with_prediction(student.predict(reading.vector, scores))

    def average(self, reading: Reading, calibration: Calibration) -> np.ndarray:
        """The average of all that read a text, before it is calibrated itself."""
        return weighing.averaged_scores(reading, calibration, self.config.language_model_weight)

    def weigh(self, reading: Reading, calibration: Calibration) -> WeightedReading:
        """The weights of a text's motivations, by the strategy."""
        return self.strategy.weigh(reading, calibration)


def calibrate(engine: ReadingEngine, readings: Sequence[Reading]) -> Calibration:
    """The calibration of a corpus that fits in memory, as the pipeline's combiners make it."""
    similarity = _moments_by_kind([(r, r.similarity) for r in readings])
    by_reader = {
        reader: [r for r in readings if weighing.second_reader_of(r) == reader]
        for reader in (weighing.LANGUAGE_MODEL, weighing.STUDENT)
    }
    partial = Calibration(
        similarity,
        _moments_by_kind(
            [(r, r.language_model_scores) for r in by_reader[weighing.LANGUAGE_MODEL]]
        ),
        _moments_by_kind([(r, r.predicted_scores) for r in by_reader[weighing.STUDENT]]),
    )
    averages = {
        reader: Moments.of(np.stack([engine.average(r, partial) for r in read]))
        for reader, read in by_reader.items()
        if read
    }
    return Calibration(similarity, partial.answers, partial.predictions, averages)


def _moments_by_kind(
    scored: Sequence[tuple[Reading, np.ndarray | None]],
) -> dict[str, Moments]:
    by_kind: dict[str, list[np.ndarray]] = {}
    for reading, scores in scored:
        by_kind.setdefault(reading.source.kind.value, []).append(np.asarray(scores))
    return {kind: Moments.of(np.stack(rows)) for kind, rows in by_kind.items()}
