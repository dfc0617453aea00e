"""What the models said, as `tf.train.Example`s without the text itself."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.motivation.language_model import Answer
from lmmrec_tfrs.motivation.profile import MotivationProfile
from lmmrec_tfrs.motivation.reading import Reading, Text

ADDRESS = "address"
_VECTOR = "vector"
_SIMILARITY = "similarity"
_CLAUSES = "clauses"
_CLAUSE_SIMILARITY = "clause_similarity"
_SCORES = "scores"
_PROFILE = "profile"


def _bytes(value: bytes) -> tf.train.Feature:
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))


def _array(values: np.ndarray, dtype: str) -> tf.train.Feature:
    return _bytes(np.ascontiguousarray(values, dtype=dtype).tobytes())


def _example(address: bytes, features: dict[str, tf.train.Feature]) -> tf.train.Example:
    return tf.train.Example(
        features=tf.train.Features(feature={ADDRESS: _bytes(address), **features})
    )


def _read(example: tf.train.Example, name: str, dtype: str) -> np.ndarray:
    # A copy, since what `frombuffer` gives cannot be written to; in the machine's byte order.
    raw = example.features.feature[name].bytes_list.value[0]
    return np.frombuffer(raw, dtype=dtype).astype(np.dtype(dtype).newbyteorder("="))


def reading_to_example(address: bytes, reading: Reading) -> tf.train.Example:
    """Writes what the encoder said of a text; arrays as little-endian bytes."""
    return _example(
        address,
        {
            _VECTOR: _array(reading.vector, "<f4"),
            _SIMILARITY: _array(reading.similarity, "<f4"),
            _CLAUSES: _array(reading.clauses, "<i4"),
            _CLAUSE_SIMILARITY: _array(reading.clause_similarity, "<f2"),
        },
    )


def reading_from_example(example: tf.train.Example, source: Text) -> Reading:
    """Reads what `reading_to_example` wrote.

    Raises:
        ValueError, IndexError: the example is not a reading.
    """
    clauses = _read(example, _CLAUSES, "<i4").reshape(-1, 2)
    return Reading(
        source=source,
        vector=_read(example, _VECTOR, "<f4"),
        similarity=_read(example, _SIMILARITY, "<f4"),
        clauses=clauses,
        clause_similarity=_read(example, _CLAUSE_SIMILARITY, "<f2").reshape(len(clauses), -1),
    )


def answer_to_example(address: bytes, answer: Answer) -> tf.train.Example:
    """Writes a language model's answer; a profile as JSON."""
    features = {_SCORES: _array(answer.scores, "<f4")}
    if answer.profile is not None:
        features[_PROFILE] = _bytes(answer.profile.model_dump_json().encode("utf-8"))
    return _example(address, features)


def answer_from_example(example: tf.train.Example) -> Answer:
    """Reads what `answer_to_example` wrote.

    Raises:
        ValueError, IndexError: the example is not an answer.
    """
    profile = None
    if _PROFILE in example.features.feature:
        raw = example.features.feature[_PROFILE].bytes_list.value[0]
        profile = MotivationProfile.model_validate_json(raw)
    return Answer(_read(example, _SCORES, "<f4"), profile)
