"""TFRecord files and examples without TensorFlow are those of TensorFlow."""

import gzip
import os
from pathlib import Path

import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.data import example, tfrecord

RECORDS = [b"", b"one", os.urandom(100_000), b"\x00" * 16]


@pytest.fixture
def path(tmp_path):
    path = str(tmp_path / "records.gz")
    tfrecord.write_records(path, RECORDS)
    return path


def test_tensorflow_reads_the_same_records(path):
    read = list(tf.data.TFRecordDataset([path], compression_type="GZIP").as_numpy_iterator())
    assert read == RECORDS == list(tfrecord.read_records(path))


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_file_that_breaks_off_is_refused(path, share):
    content = Path(path).read_bytes()
    with open(path, "wb") as file:
        file.write(content[: int(len(content) * share)])
    with pytest.raises(tfrecord.DamagedFileError, match=r"records\.gz: expected a whole"):
        list(tfrecord.read_records(path))


def test_a_record_that_breaks_off_within_a_whole_gzip_file_is_refused(path):
    content = gzip.decompress(Path(path).read_bytes())
    for length in (5, 14, len(content) - 3):
        with gzip.open(path, "wb") as file:
            file.write(content[:length])
        with pytest.raises(tfrecord.DamagedFileError):
            list(tfrecord.read_records(path))


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(b"no gzip file")
    with pytest.raises(tfrecord.DamagedFileError, match="expected a whole gzipped TFRecord"):
        list(tfrecord.read_records(str(path)))


_FEATURES = st.dictionaries(
    st.text(max_size=5),
    st.one_of(
        st.lists(st.binary(max_size=5)).map(
            lambda v: ("bytes_list", example.BytesList(value=v), tf.train.BytesList(value=v))
        ),
        st.lists(st.floats(width=32, allow_nan=False)).map(
            lambda v: ("float_list", example.FloatList(value=v), tf.train.FloatList(value=v))
        ),
        st.lists(st.integers(-(2**63), 2**63 - 1)).map(
            lambda v: ("int64_list", example.Int64List(value=v), tf.train.Int64List(value=v))
        ),
    ),
    max_size=4,
)


@given(_FEATURES)
def test_examples_are_those_of_tensorflow_byte_for_byte(features):
    ours = example.Example(
        features=example.Features(
            feature={
                name: example.Feature(**{kind: one}) for name, (kind, one, _) in features.items()
            }
        )
    )
    theirs = tf.train.Example(
        features=tf.train.Features(
            feature={
                name: tf.train.Feature(**{kind: other})
                for name, (kind, _, other) in features.items()
            }
        )
    )
    assert ours.SerializeToString(deterministic=True) == theirs.SerializeToString(
        deterministic=True
    )
    again = example.Example.FromString(theirs.SerializeToString())
    assert again == ours
    assert {
        name: feature.WhichOneof("kind") for name, feature in again.features.feature.items()
    } == {name: kind for name, (kind, _, _) in features.items()}
