"""Opens input files, local or remote, plain or gzip (told by magic bytes, not by name)."""

import gzip
import io
import os
import zlib
from typing import BinaryIO, cast

import tensorflow as tf

from lmmrec_tfrs.ingestion.errors import IngestionError
from lmmrec_tfrs.ingestion.sources.container import GZIP_MAGIC

# What reading a damaged gzip file raises.
BROKEN_GZIP = (EOFError, gzip.BadGzipFile, zlib.error)
_BUFFER_BYTES = 1 << 20


class _GFileStream(io.RawIOBase):
    """A `tf.io.gfile.GFile` as a standard raw stream."""

    def __init__(self, path: str):
        super().__init__()
        self._file = tf.io.gfile.GFile(path, "rb")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._file.seek(offset=offset, whence=whence)
        return int(self._file.tell())

    def tell(self) -> int:
        return int(self._file.tell())

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


class _GzipStream(gzip.GzipFile):
    """Decompresses a stream, and closes it at the end: `GzipFile` closes only what it opened."""

    def __init__(self, compressed: io.BufferedReader):
        super().__init__(fileobj=compressed)
        self._compressed = compressed

    def close(self) -> None:
        super().close()
        self._compressed.close()


def list_files(input_base: str, pattern: str) -> list[str]:
    """The files of a glob pattern, sorted.

    Raises:
        IngestionError: there is none.
    """
    full_pattern = os.path.join(input_base, pattern)
    try:
        matches = tf.io.gfile.glob(full_pattern)
    except tf.errors.OpError as error:
        raise IngestionError.of_file(
            full_pattern, "a readable folder", error.message, "check the path and the access rights"
        ) from error
    files = sorted(path for path in matches if not tf.io.gfile.isdir(path))
    if not files:
        raise IngestionError.of_file(
            full_pattern,
            "at least one file",
            "none",
            "check the input folder and the pattern, which is relative to it",
        )
    return files


def open_raw(path: str) -> io.BufferedReader:
    """Opens a file as it is stored."""
    return io.BufferedReader(_GFileStream(path), _BUFFER_BYTES)


def is_gzip(path: str) -> bool:
    """Whether a file is compressed with gzip, whatever its name."""
    with open_raw(path) as stream:
        return stream.read(2) == GZIP_MAGIC


def open_decompressed(path: str) -> BinaryIO:
    """Opens a file's content; gzip is decompressed on the way."""
    raw = open_raw(path)
    if raw.peek(2)[:2] != GZIP_MAGIC:
        return raw
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, _GzipStream(raw)), _BUFFER_BYTES))


def size(path: str) -> int:
    """The stored size in bytes."""
    return int(tf.io.gfile.stat(path).length)


def broken_gzip_error(path: str, error: BaseException) -> IngestionError:
    """The error for a damaged gzip file."""
    return IngestionError.of_file(
        path,
        "a whole gzip file",
        f"one that is damaged or cut off ({type(error).__name__}: {error})",
        "copy or download the file again, and test it with `gzip -t`",
    )
