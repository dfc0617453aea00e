"""Anomalies stop the pipeline with an account that names the feature."""

import numpy as np
import pytest
import tensorflow_data_validation as tfdv
from tfx.components.statistics_gen import stats_artifact_utils
from tfx.dsl.io import fileio
from tfx.types import artifact_utils, standard_artifacts
from tfx.utils import json_utils

from components.review_schema_gen import executor as review_schema_gen
from components.strict_example_validator import executor
from lmmrec_tfrs.data import records

GOOD = [
    records.Event("u1", "i1", "good", timestamp=1_500_000_000, rating=5.0),
    records.Event("u2", "i1", "", rating=None),
]


def _statistics(directory, events):
    import pandas as pd

    frame = pd.DataFrame(
        {
            "user_id": [event.user_id for event in events],
            "item_id": [event.item_id for event in events],
            "text": [event.text for event in events],
            "source": [event.source for event in events],
            "timestamp": [event.timestamp or 0 for event in events],
            "rating": np.array([event.rating or 0.0 for event in events], np.float32),
        }
    )
    artifact = standard_artifacts.ExampleStatistics()
    artifact.uri = str(directory / "statistics")
    artifact.split_names = artifact_utils.encode_split_names(["train"])
    artifact.span = 0
    statistics = tfdv.generate_statistics_from_dataframe(frame)
    split = artifact_utils.get_split_uri([artifact], "train")
    fileio.makedirs(split)
    with fileio.open(f"{split}/FeatureStats.pb", "wb") as file:
        file.write(statistics.SerializeToString())
    assert stats_artifact_utils.load_statistics(artifact, "train") is not None
    return artifact


def _validate(directory, events):
    schema = standard_artifacts.Schema()
    schema.uri = str(directory / "schema")
    review_schema_gen.Executor().Do({}, {"schema": [schema]}, {})
    anomalies = standard_artifacts.ExampleAnomalies()
    anomalies.uri = str(directory / "anomalies")
    executor.Executor().Do(
        {"statistics": [_statistics(directory, events)], "schema": [schema]},
        {"anomalies": [anomalies]},
        {"exclude_splits": json_utils.dumps([])},
    )


def test_good_events_pass(tmp_path):
    _validate(tmp_path, GOOD)


def test_milliseconds_for_seconds_stop_the_pipeline(tmp_path):
    events = [*GOOD, records.Event("u3", "i2", "late", timestamp=1_500_000_000_000)]
    with pytest.raises(executor.DataAnomalyError, match="train: feature 'timestamp'"):
        _validate(tmp_path, events)


def test_unknown_source_is_named(tmp_path):
    events = [*GOOD, records.Event("u3", "i2", "text", source="telepathy")]
    with pytest.raises(executor.DataAnomalyError, match="telepathy"):
        _validate(tmp_path, events)
