"""Writing what was read: the splits of the artifact."""

import os
from collections.abc import Callable
from typing import Any

import apache_beam as beam
import tensorflow as tf

from lmmrec_tfrs.data import columns, file_names, files, records
from lmmrec_tfrs.data.example_files import split_directory
from lmmrec_tfrs.motivation.calibration import Calibration
from lmmrec_tfrs.motivation.extraction.combine import RollupFn
from lmmrec_tfrs.motivation.reading import OF_ITEMS, OF_USERS, Kind


def write_motivations(
    weighted: beam.PCollection, output_uri: str, names: tuple[str, ...], evidence: int
) -> None:
    """Writes the splits `reviews`, `users` and `items`.

    Args:
        weighted: weighted readings with their owners.
        output_uri: where to write.
        names: of the motivations.
        evidence: for how many motivations a review, user or item gets a quote.
    """
    reviews = weighted | "Reviews" >> beam.Filter(lambda w: w.reading.source.kind == Kind.REVIEW)
    _write_split(
        reviews | "ReviewRecords" >> beam.Map(lambda w: w.to_record(names, evidence)),
        records.review_motivations_to_example,
        output_uri,
        columns.REVIEWS,
    )
    for split, kinds, owner in (
        (columns.USERS, OF_USERS, lambda w: w.reading.source.user_id),
        (columns.ITEMS, OF_ITEMS, lambda w: w.reading.source.item_id),
    ):
        rolled = (
            weighted
            | f"Of-{split}" >> beam.Filter(lambda w, kinds=kinds: w.reading.source.kind in kinds)
            | f"Key-{split}" >> beam.WithKeys(owner)
            | f"RollUp-{split}" >> beam.CombinePerKey(RollupFn())
            | f"Records-{split}"
            >> beam.MapTuple(lambda key, rollup: rollup.to_record(key, names, evidence))
        )
        _write_split(rolled, records.owner_motivations_to_example, output_uri, split)


def _write_split(
    rows: beam.PCollection,
    to_example: Callable[[Any], tf.train.Example],
    output_uri: str,
    split: str,
) -> None:
    prefix = os.path.join(split_directory(output_uri, split), "data_tfrecord")
    _ = (
        rows
        | f"Serialise-{split}" >> beam.Map(lambda row: to_example(row).SerializeToString())
        | f"Write-{split}" >> beam.io.WriteToTFRecord(prefix, file_name_suffix=".gz")
    )


def write_calibration(calibration: beam.PCollection, output_uri: str) -> None:
    """Writes the calibration, so that new texts can be read just as the corpus was."""
    _ = calibration | "WriteCalibration" >> beam.Map(_write_calibration, output_uri)


def _write_calibration(calibration: Calibration, output_uri: str) -> None:
    write_text(output_uri, file_names.CALIBRATION, calibration.to_json())


def write_text(uri: str, name: str, text: str) -> None:
    """Writes a text file into a folder, local or remote."""
    files.write_text(os.path.join(uri, name), text)
