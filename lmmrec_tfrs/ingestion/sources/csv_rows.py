"""CSV records, which may span lines where fields are quoted."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from lmmrec_tfrs.ingestion.sources import files
from lmmrec_tfrs.ingestion.sources.lines import bounded_lines
from lmmrec_tfrs.ingestion.sources.raw_rows import LONGEST_ROW_BYTES, RawRow, ReadRange

_BYTE_ORDER_MARK = "\ufeff"


class _RecordedLines:
    """Feeds a `csv.reader`, and remembers the bytes of the record being read."""

    def __init__(self, stream: BinaryIO):
        self._lines = bounded_lines(stream, LONGEST_ROW_BYTES)
        self._record: list[bytes] = []
        self.truncated = False

    def __iter__(self) -> "_RecordedLines":
        return self

    def __next__(self) -> str:
        line, _, truncated = next(self._lines)
        self._record.append(line)
        self.truncated = self.truncated or truncated
        # Invalid bytes pass through here; the parser quarantines the row that has them.
        return line.decode("utf-8", "surrogateescape")

    def take(self) -> bytes:
        """The bytes since the last call."""
        record = b"".join(self._record)
        self._record.clear()
        return record


def records(stream: BinaryIO, delimiter: str) -> Iterator[RawRow]:
    """Yields the records of a stream, the header among them; blank lines are none.

    A quote that is never closed ends at the field limit of `csv`, so that it cannot swallow a
    file: the lines so far become one (broken) record, and reading goes on.
    """
    lines = _RecordedLines(stream)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        first_line = reader.line_num + 1
        lines.truncated = False
        try:
            next(reader)
        except StopIteration:
            return
        except csv.Error:
            pass  # the parser meets the same error in the record's bytes, and reports it
        raw = lines.take()
        if raw.strip():
            yield RawRow(first_line, "line", raw.rstrip(b"\r\n"), lines.truncated)


def fields(raw: bytes, delimiter: str) -> list[str]:
    """The fields of one record.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
        csv.Error: it is no CSV record.
    """
    text = raw.decode("utf-8").removeprefix(_BYTE_ORDER_MARK)
    # As the source splits lines: `str.splitlines` would also break at U+2028 and the like.
    *lines, last = text.split("\n")
    rows = list(
        csv.reader([*(f"{line}\n" for line in lines), last], delimiter=delimiter, strict=True)
    )
    if len(rows) != 1:
        raise csv.Error(f"expected one record, found {len(rows)}")
    return rows[0]


def read(part: ReadRange, delimiter: str) -> Iterator[RawRow]:
    """Yields the records of a file after its header."""
    with files.open_decompressed(part.path) as stream:
        rows = records(stream, delimiter)
        next(rows, None)
        yield from rows
