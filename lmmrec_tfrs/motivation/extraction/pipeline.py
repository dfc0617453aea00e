"""The extraction as a Beam pipeline: models on the workers, statistics as side inputs."""

import json
import os
import time
from collections.abc import Callable
from typing import Any

import apache_beam as beam
import tensorflow as tf

from lmmrec_tfrs.data import file_names
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.cost.student import REPORT_FILE
from lmmrec_tfrs.motivation.extraction import counters
from lmmrec_tfrs.motivation.extraction.caches import Caches
from lmmrec_tfrs.motivation.extraction.extract import ExtractMotivations
from lmmrec_tfrs.motivation.extraction.report import ExtractionReport
from lmmrec_tfrs.motivation.extraction.texts import AllTexts
from lmmrec_tfrs.motivation.extraction.write import (
    write_calibration,
    write_motivations,
    write_text,
)
from lmmrec_tfrs.motivation.models.loader import ModelLoader, NamedModels
from lmmrec_tfrs.motivation.strategies.strategy import strategy_of
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


def run_extraction(
    make_pipeline: Callable[[], beam.Pipeline],
    examples_uri: str,
    catalogue_uri: str,
    output_uri: str,
    config: ExtractionConfig,
    taxonomy: Taxonomy,
    models: ModelLoader | None = None,
    texts_uri: str | None = None,
) -> ExtractionReport:
    """Reads the motivations of the training reviews and of the catalogue.

    No split of the events but the training split is opened; with the strategy `precomputed` not
    even that: the files of profiles take the reviews' place.

    Args:
        make_pipeline: makes an empty Beam pipeline.
        examples_uri: the events, by split.
        catalogue_uri: the items.
        output_uri: where the splits `reviews`, `users` and `items`, the taxonomy, the
            calibration, the student and the report are written.
        config: the settings.
        taxonomy: the motivations.
        models: what loads the models; those that the configuration names by default.
        texts_uri: events without a purchase, if there are any: they speak for their users only.

    Returns:
        The report, which was also written.

    Raises:
        FileNotFoundError: there is no training split or no catalogue, or a model is missing.
    """
    models = models or NamedModels()
    started = time.monotonic()
    has_language_model = strategy_of(config).has_language_model
    caches = Caches.of(config, taxonomy, models)
    student_directory = os.path.join(output_uri, file_names.STUDENT_DIRECTORY)
    if tf.io.gfile.exists(student_directory):
        # A student of an earlier run is not this run's.
        tf.io.gfile.rmtree(student_directory)
    pipeline = make_pipeline()
    with pipeline:
        texts = pipeline | AllTexts(config, examples_uri, catalogue_uri, texts_uri)
        extracted = ExtractMotivations(config, taxonomy, models, caches, student_directory).apply(
            texts
        )
        write_motivations(extracted.weighted, output_uri, taxonomy.names, config.evidence_per_owner)
        write_calibration(extracted.calibration, output_uri)
    report = ExtractionReport.from_counters(
        counters.totals(pipeline.result),
        config,
        taxonomy,
        models.encoder_fingerprint(config),
        models.reader_fingerprint(config, taxonomy) if has_language_model else None,
        _student_report(student_directory),
        time.monotonic() - started,
    )
    write_text(output_uri, file_names.TAXONOMY, taxonomy.to_yaml())
    write_text(output_uri, file_names.EXTRACTION_REPORT, report.to_json())
    return report


def _student_report(directory: str) -> dict[str, Any] | None:
    """What the worker wrote that trained the student, if one did."""
    path = os.path.join(directory, REPORT_FILE)
    if not tf.io.gfile.exists(path):
        return None
    with tf.io.gfile.GFile(path, "r") as file:
        written: dict[str, Any] = json.load(file)
    return written
