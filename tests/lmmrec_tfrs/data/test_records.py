"""Records survive their form as examples and files."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmmrec_tfrs.data import columns, example_files, records

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
floats = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(
    st.builds(
        records.Event,
        user_id=texts,
        item_id=texts,
        text=texts,
        timestamp=st.none() | st.integers(-(2**62), 2**62),
        rating=st.none() | floats,
        source=st.sampled_from(["review", "wishlist", "query", "note"]),
    )
)
def test_events_round_trip(event):
    assert records.event_from_example(records.event_to_example(event)) == event


@given(
    st.builds(
        records.Item,
        item_id=texts,
        title=texts,
        description=texts,
        categories=st.lists(texts, max_size=3).map(tuple),
        brand=texts,
        price=st.none() | floats,
    )
)
def test_items_round_trip(item):
    assert records.item_from_example(records.item_to_example(item)) == item


@given(st.binary(max_size=60), texts)
def test_quarantined_bytes_are_untouched(raw, text):
    row = records.QuarantinedRow(raw, "invalid_encoding", text, "reviews.csv:7")
    assert records.quarantined_row_from_example(records.quarantined_row_to_example(row)) == row


def test_missing_numbers_are_absent_features():
    features = records.event_to_example(records.Event("u", "i")).features.feature
    assert columns.TIMESTAMP not in features
    assert columns.RATING not in features


@settings(max_examples=20)
@given(st.lists(floats, min_size=2, max_size=5), st.integers(0, 1000))
def test_owner_motivations_round_trip(weights, text_count):
    record = records.OwnerMotivations(
        "u1",
        np.array(weights, np.float32),
        np.array([0.6, 0.8], np.float32),
        text_count,
        (records.Evidence("comfort", "so soft"),),
        records.ColdMotivations(np.array([0.5], np.float32), np.array([1.0, 0.0], np.float32), 3),
    )
    read = records.owner_motivations_from_example(records.owner_motivations_to_example(record))
    np.testing.assert_array_equal(read.weights, record.weights)
    np.testing.assert_array_equal(read.vector, record.vector)
    assert (read.owner_id, read.text_count, read.evidence) == ("u1", text_count, record.evidence)
    np.testing.assert_array_equal(read.cold.weights, [0.5])
    np.testing.assert_array_equal(read.cold.vector, [1.0, 0.0])
    assert read.cold.text_count == 3


def test_files_hold_what_was_written(tmp_path):
    events = [records.Event("u1", "i1", "très bien"), records.Event("u2", "i2", rating=4.0)]
    example_files.write_examples(
        str(tmp_path), columns.TRAIN, map(records.event_to_example, events)
    )
    assert list(example_files.read_events(str(tmp_path), columns.TRAIN)) == events


def test_a_missing_split_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="Split-test"):
        list(example_files.read_events(str(tmp_path), columns.TEST))
