"""Times pass through Transform beside the indices, and on to the training data."""

import os
from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils

from components.lmmrec_trainer import preprocessing
from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.training.index_pairs import IndexPairs, read_index_pairs
from tests.local_beam import local_pipeline

EVENTS = [("u", "a", [30]), ("u", "b", [10]), ("u", "a", [])]


def _read_transformed(folder: Path, with_times: bool) -> IndexPairs:
    specification = {
        columns.USER_ID: tf.io.FixedLenFeature([], tf.string),
        columns.ITEM_ID: tf.io.FixedLenFeature([], tf.string),
    }
    if with_times:
        specification[columns.TIMESTAMP] = tf.io.VarLenFeature(tf.int64)
    rows = [
        {
            name: value
            for name, value in zip(
                (columns.USER_ID, columns.ITEM_ID, columns.TIMESTAMP), event, strict=True
            )
            if name in specification
        }
        for event in EVENTS
    ]
    schema = schema_utils.schema_from_feature_spec(specification)
    metadata = dataset_metadata.DatasetMetadata(schema)
    directory = example_files.split_directory(str(folder), columns.TRAIN)
    with local_pipeline() as pipeline, tft_beam.Context(str(folder / "temporary")):
        (transformed, written), _ = (
            pipeline | beam.Create(rows),
            metadata,
        ) | tft_beam.AnalyzeAndTransformDataset(preprocessing.preprocessing_fn)
        coder = tft.coders.ExampleProtoCoder(written.schema)
        path = os.path.join(directory, "transformed_examples")
        _ = (
            transformed
            | beam.Map(coder.encode)
            | beam.io.WriteToTFRecord(path, file_name_suffix=".gz")
        )
    return read_index_pairs(str(folder), columns.TRAIN)


@pytest.mark.slow
@pytest.mark.parametrize("with_times", [True, False])
def test_times_stay_beside_their_pairs_and_are_zero_where_missing(tmp_path, with_times: bool):
    pairs, timestamps = _read_transformed(tmp_path, with_times)
    # "a", the more frequent, is item 0.
    expected = [(0, 0, 0), (0, 0, 30), (0, 1, 10)] if with_times else [(0, 0, 0)] * 2 + [(0, 1, 0)]
    events = np.column_stack([pairs, timestamps])
    assert sorted(map(tuple, events.tolist())) == sorted(expected)
