"""Models' answers, kept from run to run under the address of what was asked.

A cache is a folder a model: `<directory>/<label>-<fingerprint>/segment-<name>.tfrecord.gz`.
Segments are written once, a batch each, and never changed: workers need no lock and no common
index, and a crash costs the batch that was being read.
"""

import dataclasses
import hashlib
import logging
import os
import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import tensorflow as tf

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.cost.codecs import ADDRESS
from lmmrec_tfrs.motivation.reading import Kind
from lmmrec_tfrs.motivation.strategies.strategy import strategy_of
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

if TYPE_CHECKING:
    # It brings Keras along.
    from lmmrec_tfrs.motivation.models.loader import ModelLoader

_SEGMENT = "segment-"
_PARTIAL = "partial-"
_SUFFIX = ".tfrecord.gz"
# Raise it when what the encoder is asked, or what a segment holds, changes.
_FORMAT = "1"
_ADDRESS_BYTES = 32


def content_address(fingerprint: str, kind: Kind, text: str) -> bytes:
    """The SHA-256 of all that an answer depends on.

    >>> content_address("model", Kind.REVIEW, "warm")[:2].hex()
    '1a37'
    """
    digest = hashlib.sha256()
    for part in (fingerprint, kind.value, text):
        encoded = part.encode("utf-8", errors="surrogatepass")
        # With its length: no two triples run together.
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.digest()


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\x00".join((_FORMAT, *parts)).encode("utf-8")).hexdigest()


def encoder_fingerprint(config: ExtractionConfig, taxonomy: Taxonomy, models: "ModelLoader") -> str:
    """Identifies all that the reading of every text depends on but the text."""
    reader = strategy_of(config).text_reader_fingerprint(models.encoder_fingerprint(config))
    return _fingerprint(reader, taxonomy.model_dump_json())


def language_model_fingerprint(
    config: ExtractionConfig, taxonomy: Taxonomy, models: "ModelLoader"
) -> str:
    """Identifies all that a language model's answer depends on but the text."""
    return _fingerprint(
        config.strategy, models.reader_fingerprint(config, taxonomy), taxonomy.model_dump_json()
    )


@dataclasses.dataclass(frozen=True)
class AnswerCache:
    """The segments of one model's answers.

    Attributes:
        directory: the folder of all caches, local or remote.
        label: what is cached, such as "encoder".
        fingerprint: all that an answer depends on but the text.
    """

    directory: str
    label: str
    fingerprint: str

    @property
    def folder(self) -> str:
        """Where the segments lie."""
        return os.path.join(self.directory, f"{self.label}-{self.fingerprint[:32]}")

    def segments(self) -> list[str]:
        """The paths of the finished segments, in order."""
        return sorted(tf.io.gfile.glob(os.path.join(self.folder, f"{_SEGMENT}*{_SUFFIX}")))

    def write(self, examples: Sequence[tf.train.Example]) -> None:
        """Writes one segment, which appears whole or not at all.

        Its name follows from the addresses in it: a batch that is tried again replaces itself.
        """
        if not examples:
            return
        tf.io.gfile.makedirs(self.folder)
        name = hashlib.sha256(b"".join(map(_address, examples))).hexdigest()[:32]
        partial = os.path.join(self.folder, f"{_PARTIAL}{uuid.uuid4().hex}{_SUFFIX}")
        with tf.io.TFRecordWriter(partial, options="GZIP") as writer:
            for example in examples:
                writer.write(example.SerializeToString())
        final = os.path.join(self.folder, f"{_SEGMENT}{name}{_SUFFIX}")
        tf.io.gfile.rename(partial, final, overwrite=True)


def _address(example: tf.train.Example) -> bytes:
    value: bytes = example.features.feature[ADDRESS].bytes_list.value[0]
    return value


def read_segment(path: str) -> Iterator[tuple[bytes, bytes] | None]:
    """Reads the answers of a segment: address and serialised example.

    Yields:
        The answers up to where the segment is damaged; then, if it is, None.
    """
    try:
        for record in tf.data.TFRecordDataset(path, compression_type="GZIP").as_numpy_iterator():
            address = _address(tf.train.Example.FromString(record))
            if len(address) != _ADDRESS_BYTES:
                raise ValueError(f"an address of {len(address)} bytes")
            yield address, record
    except Exception as error:
        # Whatever is wrong with a cache, the model can be asked again.
        logging.getLogger(__name__).warning(
            "cache: the segment %s is damaged (%s: %s); what it held is read again.",
            path,
            type(error).__name__,
            str(error).splitlines()[0][:200] if str(error) else "",
        )
        yield None
