"""Gzipped TFRecord files without TensorFlow.

A record is its length (uint64), a checksum of that, its bytes, and a checksum of these (uint32
each, little-endian): https://www.tensorflow.org/tutorials/load_data/tfrecord. The checksums are
masked CRC-32C; gzip's own checksum covers all of it, so reading does not compute them again.
"""

import gzip
import struct
import zlib
from collections.abc import Iterable, Iterator

from lmmrec_tfrs.data import files
from lmmrec_tfrs.errors import ReadableError
from lmmrec_tfrs.extras import named_extra

_LENGTH = struct.Struct("<Q4x")
_CHECKSUM_BYTES = 4


class DamagedFileError(ReadableError, ValueError):
    """A file does not hold what its format asks for."""


def read_records(path: str) -> Iterator[bytes]:
    """Reads the records of a file.

    Args:
        path: of a gzipped TFRecord file, local or a URI.

    Raises:
        DamagedFileError: the file breaks off or is no gzipped TFRecord file.
    """
    with files.open_file(path, "rb") as raw, gzip.GzipFile(fileobj=raw) as file:
        try:
            while header := file.read(_LENGTH.size):
                (length,) = _LENGTH.unpack(header)
                body = file.read(length + _CHECKSUM_BYTES)
                if len(body) < length + _CHECKSUM_BYTES:
                    raise EOFError("a record breaks off")
                yield body[:length]
        except (EOFError, OSError, OverflowError, MemoryError, struct.error, zlib.error) as error:
            raise DamagedFileError(
                f"{path}: expected a whole gzipped TFRecord file, found one that cannot be read to "
                f"its end ({error}). Remove the folder that it lies in, and run again."
            ) from error


def write_records(path: str, records: Iterable[bytes]) -> None:
    """Writes records as a gzipped TFRecord file, by TensorFlow's own writer."""
    with named_extra("writing TFRecord files"):
        import tensorflow as tf
    with tf.io.TFRecordWriter(path, options="GZIP") as writer:
        for record in records:
            writer.write(record)
