"""JSON lines: whole files, or byte ranges of plain ones."""

from collections.abc import Iterator

from lmmrec_tfrs.ingestion.sources import files
from lmmrec_tfrs.ingestion.sources.lines import bounded_lines
from lmmrec_tfrs.ingestion.sources.raw_rows import LONGEST_ROW_BYTES, RawRow, ReadRange

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read(part: ReadRange) -> Iterator[RawRow]:
    """Yields the lines that begin inside the range; blank lines are no rows.

    A file that is read whole names its rows by line, a part of one by byte offset.
    """
    whole = part.start == 0 and part.stop is None
    with files.open_decompressed(part.path) as stream:
        offset = part.start
        if part.start > 0:
            # The line across the border belongs to the range where it begins.
            stream.seek(part.start - 1)
            lines = bounded_lines(stream, LONGEST_ROW_BYTES)
            offset += next(lines, (b"", 1, False))[1] - 1
        else:
            lines = bounded_lines(stream, LONGEST_ROW_BYTES)
        for number, (line, length, truncated) in enumerate(lines, start=1):
            if part.stop is not None and offset >= part.stop:
                return
            content = line.removeprefix(_BYTE_ORDER_MARK) if offset == 0 else line
            content = content.rstrip(b"\r\n")
            if content.strip():
                yield RawRow(
                    position=number if whole else offset,
                    unit="line" if whole else "byte",
                    payload=content,
                    truncated=truncated,
                )
            offset += length
