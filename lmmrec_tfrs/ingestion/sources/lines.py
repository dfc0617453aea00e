"""Reads lines with bounded memory."""

from collections.abc import Iterator
from typing import BinaryIO

_KEPT_OF_TRUNCATED = 1 << 16


def bounded_lines(stream: BinaryIO, limit: int) -> Iterator[tuple[bytes, int, bool]]:
    """Yields the lines of a stream; of a line over `limit` bytes only the beginning.

    Returns:
        Triples: the line with its break, its length in bytes as stored, and whether it was
        truncated.
    """
    while line := stream.readline(limit):
        if len(line) < limit or line.endswith(b"\n"):
            yield line, len(line), False
            continue
        length = len(line)
        while rest := stream.readline(limit):
            length += len(rest)
            if rest.endswith(b"\n"):
                break
        yield line[:_KEPT_OF_TRUNCATED], length, True
