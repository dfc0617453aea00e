"""Beam: the files between the pipelines of a run, and those of the artifacts."""

import os
from typing import Any

import apache_beam as beam
from apache_beam.coders import FastPrimitivesCoder

from lmmrec_tfrs.data import example_files


def write_temporary(directory: str) -> beam.PTransform:
    """Writes tuples of plain values."""
    return beam.io.WriteToTFRecord(os.path.join(directory, "part"), coder=FastPrimitivesCoder())


def read_temporary(directory: str) -> beam.PTransform:
    """Reads what `write_temporary` wrote."""
    return beam.io.ReadFromTFRecord(os.path.join(directory, "part*"), coder=FastPrimitivesCoder())


def write_split(uri: str, split: str) -> beam.PTransform:
    """Writes serialised examples as a split of an `Examples` artifact, at least one file."""
    return beam.io.WriteToTFRecord(
        os.path.join(example_files.split_directory(uri, split), "data_tfrecord"),
        file_name_suffix=".gz",
    )


def flatten(collections: list[beam.PCollection], label: str) -> Any:
    """Flattens collections under a label."""
    return tuple(collections) | label >> beam.Flatten()
