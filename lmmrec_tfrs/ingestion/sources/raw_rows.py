"""Raw rows: what the sources yield and the parser consumes."""

import dataclasses
from typing import Any

from lmmrec_tfrs.ingestion.sources.container import Container

# A longer line is no row: memory stays bounded where a file has no line breaks.
LONGEST_ROW_BYTES = 16 << 20


@dataclasses.dataclass(frozen=True)
class ReadRange:
    """A part of a file that is read on its own.

    Attributes:
        path: the file.
        name: the file, relative to the input base, for messages.
        container: its kind.
        start, stop: bytes of plain JSON lines, or row groups of Parquet; `stop` None is the end.
        header: the columns of a CSV file.
        first_row: the number of the first row (Parquet).
    """

    path: str
    name: str
    container: Container
    start: int = 0
    stop: int | None = None
    header: tuple[str, ...] = ()
    first_row: int = 0


@dataclasses.dataclass(frozen=True)
class RawRow:
    """One row before parsing.

    Attributes:
        position: orders the rows of a file; a line, a byte offset or a row number, by `unit`.
        unit: "line", "byte" or "row".
        payload: the bytes of a line (CSV: of all lines of the record), or the values of a
            Parquet row.
        truncated: the line was longer than `LONGEST_ROW_BYTES`; the payload is its beginning.
    """

    position: int
    unit: str
    payload: bytes | dict[str, Any]
    truncated: bool = False
