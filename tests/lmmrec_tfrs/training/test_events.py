"""Reading events from a `tf.data` of dicts."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.training.events import read_events

ROWS = {
    "user_id": ["u", "v", "ü"],
    "item_id": ["a", "b", "a"],
    "text": ["warm", "", "très chic"],
    "timestamp": [30, 10, 20],
    "stars": [5.0, 4.0, 3.0],
}


def _dataset(**changes) -> tf.data.Dataset:
    columns = {name: values for name, values in {**ROWS, **changes}.items() if values is not None}
    return tf.data.Dataset.from_tensor_slices(columns)


@pytest.mark.parametrize("batch_size", [None, 2])
def test_events_come_alone_or_in_batches(batch_size):
    dataset = _dataset() if batch_size is None else _dataset().batch(batch_size)
    events = read_events(dataset)
    assert events.user_ids == ("u", "v", "ü")
    assert events.item_ids == ("a", "b", "a")
    assert events.texts == ("warm", "", "très chic")
    np.testing.assert_array_equal(events.timestamps, [30, 10, 20])


def test_text_and_timestamp_may_be_missing():
    events = read_events(_dataset(text=None, timestamp=None))
    assert events.texts is None
    assert events.timestamps is None


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        (_dataset(item_id=None), "'item_id', received .*'user_id'"),
        (_dataset(user_id=[1, 2, 3]), "'user_id' as strings, received int32"),
        (_dataset(timestamp=[0.5, 1.5, 2.5]), "whole seconds"),
        (_dataset(item_id=["a", " ", "b"]), "received 1 blank"),
        (_dataset().repeat(), "dataset without end"),
        (_dataset().take(0), "empty dataset"),
        (tf.data.Dataset.range(3), "dataset of dicts"),
    ],
    ids=["no items", "numbers", "fractions", "blank", "endless", "empty", "no dicts"],
)
def test_what_cannot_be_used_is_named(dataset, message):
    with pytest.raises(ValueError, match=message):
        read_events(dataset)
