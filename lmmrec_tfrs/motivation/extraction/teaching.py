"""The student of the language model, trained and asked in the pipeline."""

import operator
from collections.abc import Mapping

import apache_beam as beam
import numpy as np
from apache_beam.pvalue import AsDict, AsSingleton

from lmmrec_tfrs.motivation import strategies
from lmmrec_tfrs.motivation.calibration import Moments
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.cost import budget
from lmmrec_tfrs.motivation.cost.student import (
    MAX_ANSWERS,
    Student,
    StudentReport,
    train_student,
)
from lmmrec_tfrs.motivation.extraction.counters import count
from lmmrec_tfrs.motivation.reading import Reading


def teach_student(
    answered: beam.PCollection,
    others: beam.PCollection,
    similarity: AsDict,
    config: ExtractionConfig,
    directory: str,
) -> tuple[beam.PCollection, beam.PCollection | None]:
    """Trains a student on the language model's answers, and has it read the other texts.

    Args:
        answered: readings with an answer.
        others: readings without one.
        similarity: moments of the encoder's similarities, by kind of text.
        config: the settings.
        directory: where the student and its report are written.

    Returns:
        The others, with the student's predictions where it has something to say; and its report,
        or None where there is to be no student.
    """
    if not config.student:
        return others, None
    trained = (
        answered
        | "Lessons" >> beam.Map(_lesson, similarity, config.seed)
        | "SomeLessons" >> beam.combiners.Top.Largest(MAX_ANSWERS, key=operator.itemgetter(0))
        | "Train" >> beam.Map(_train, directory)
    )
    predicted = others | "Predict" >> beam.Map(_predict, AsSingleton(trained), similarity)
    return predicted, trained | "StudentReport" >> beam.Map(operator.itemgetter(1))


def _lesson(
    reading: Reading, similarity: Mapping[str, Moments], seed: int
) -> tuple[str, np.ndarray, np.ndarray, np.ndarray]:
    return (
        budget.seeded_digest(seed, reading.source),
        reading.vector,
        strategies.encoder_scores(reading, similarity).astype(np.float32),
        np.asarray(reading.language_model_scores),
    )


def _train(
    lessons: list[tuple[str, np.ndarray, np.ndarray, np.ndarray]], directory: str
) -> tuple[Student | None, StudentReport]:
    # By digest: a random order that no runner can change.
    ordered = sorted(lessons, key=operator.itemgetter(0))
    student, report = train_student(
        *(
            np.stack([lesson[i] for lesson in ordered]) if ordered else np.zeros((0, 1))
            for i in (1, 2, 3)
        )
    )
    if student is not None:
        student.save(directory)
    report.save(directory)
    return student, report


def _predict(
    reading: Reading,
    trained: tuple[Student | None, StudentReport],
    similarity: Mapping[str, Moments],
) -> Reading:
    student, _ = trained
    # The catalogue's style is not that of the texts that the student learnt from.
    if student is None or not budget.may_be_read(reading.source):
        return reading
    count("student_texts")
    scores = strategies.encoder_scores(reading, similarity)
    return reading.with_prediction(student.predict(reading.vector, scores))
