"""The student of the language model, trained and asked in the pipeline."""

import operator
from collections.abc import Mapping

import apache_beam as beam
from apache_beam.pvalue import AsDict, AsSingleton

from lmmrec_tfrs.motivation.calibration import Moments
from lmmrec_tfrs.motivation.cost.student import Student, StudentReport
from lmmrec_tfrs.motivation.engine import Lesson, ReadingEngine
from lmmrec_tfrs.motivation.extraction.counters import count
from lmmrec_tfrs.motivation.reading import Reading


def teach_student(
    answered: beam.PCollection,
    others: beam.PCollection,
    similarity: AsDict,
    engine: ReadingEngine,
    directory: str,
) -> tuple[beam.PCollection, beam.PCollection | None]:
    """Trains a student on the language model's answers, and has it read the other texts.

    Args:
        answered: readings with an answer.
        others: readings without one.
        similarity: moments of the encoder's similarities, by kind of text.
        engine: the steps, with the settings.
        directory: where the student and its report are written.

    Returns:
        The others, with the student's predictions where it has something to say; and its report,
        or None where there is to be no student.
    """
    if not engine.config.student:
        return others, None
    trained = (
        answered
        | "Lessons" >> beam.Map(engine.lesson, similarity)
        | "SomeLessons"
        >> beam.combiners.Top.Largest(engine.max_lessons, key=operator.itemgetter(0))
        | "Train" >> beam.Map(_train, engine, directory)
    )
    predicted = others | "Predict" >> beam.Map(_predict, AsSingleton(trained), similarity, engine)
    return predicted, trained | "StudentReport" >> beam.Map(operator.itemgetter(1))


def _train(
    lessons: list[Lesson], engine: ReadingEngine, directory: str
) -> tuple[Student | None, StudentReport]:
    student, report = engine.train(lessons)
    if student is not None:
        student.save(directory)
    report.save(directory)
    return student, report


def _predict(
    reading: Reading,
    trained: tuple[Student | None, StudentReport],
    similarity: Mapping[str, Moments],
    engine: ReadingEngine,
) -> Reading:
    student, _ = trained
    if student is None or not engine.is_for_student(reading):
        return reading
    count("student_texts")
    return engine.predict(reading, student, similarity)
