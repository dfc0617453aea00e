"""The moments of all scores, that make them comparable, in the pipeline."""

from collections.abc import Callable, Mapping
from typing import Any

import apache_beam as beam
import numpy as np
from apache_beam.pvalue import AsDict

from lmmrec_tfrs.motivation import weighing
from lmmrec_tfrs.motivation.calibration import Calibration, Moments
from lmmrec_tfrs.motivation.engine import ReadingEngine
from lmmrec_tfrs.motivation.extraction.combine import MomentsFn
from lmmrec_tfrs.motivation.reading import Reading


def moments_by_kind(
    readings: beam.PCollection, label: str, scores: Callable[[Reading], Any], num_motivations: int
) -> beam.PCollection:
    """The moments of some scores, by the value of the texts' kind.

    Args:
        readings: what the models said.
        label: of the steps.
        scores: takes a reading's scores.
        num_motivations: the length of the scores.
    """
    return (
        readings
        | f"{label}ByKind" >> beam.Map(lambda r: (r.source.kind.value, scores(r)))
        | f"{label}Moments" >> beam.CombinePerKey(MomentsFn(num_motivations))
    )


def calibrate(
    judged: beam.PCollection, similarity: AsDict, engine: ReadingEngine, num_motivations: int
) -> beam.PCollection:
    """The one calibration of a corpus, from all that was said of it.

    Args:
        judged: readings, with the language model's or its student's scores where they read.
        similarity: moments of the encoder's similarities, by kind of text.
        engine: the steps, with the settings.
        num_motivations: of the taxonomy.
    """
    by_reader = {
        reader: judged | f"By-{reader}" >> beam.Filter(_read_by, reader)
        for reader in (weighing.LANGUAGE_MODEL, weighing.STUDENT)
    }
    answers = AsDict(
        moments_by_kind(
            by_reader[weighing.LANGUAGE_MODEL],
            "Answers",
            lambda r: r.language_model_scores,
            num_motivations,
        )
    )
    predictions = AsDict(
        moments_by_kind(
            by_reader[weighing.STUDENT],
            "Predictions",
            lambda r: r.predicted_scores,
            num_motivations,
        )
    )
    averages = AsDict(
        tuple(by_reader.values())
        | "ByBoth" >> beam.Flatten()
        | "Average" >> beam.Map(_average, engine, similarity, answers, predictions)
        | "AverageMoments" >> beam.CombinePerKey(MomentsFn(num_motivations))
    )
    calibrations: beam.PCollection = (
        judged.pipeline
        | "One" >> beam.Create([None])
        | "Calibration"
        >> beam.Map(
            lambda _, *parts: Calibration(*parts), similarity, answers, predictions, averages
        )
    )
    return calibrations


def _read_by(reading: Reading, reader: str) -> bool:
    return weighing.second_reader_of(reading) == reader


def _average(
    reading: Reading, engine: ReadingEngine, *parts: Mapping[str, Moments]
) -> tuple[str, np.ndarray]:
    reader = weighing.second_reader_of(reading)
    assert reader is not None
    return reader, engine.average(reading, Calibration(*parts))
