"""Rows of Parquet files, a row group at a time and in batches."""

from collections.abc import Iterator

import pyarrow.parquet as pq

from lmmrec_tfrs.ingestion.sources import files
from lmmrec_tfrs.ingestion.sources.raw_rows import RawRow, ReadRange

_BATCH_ROWS = 1024


def read(part: ReadRange) -> Iterator[RawRow]:
    """Yields the rows of the row groups `[start, stop)`, numbered from 1."""
    with files.open_decompressed(part.path) as stream:
        table = pq.ParquetFile(stream)
        stop = table.num_row_groups if part.stop is None else part.stop
        number = part.first_row
        groups = list(range(part.start, stop))
        for batch in table.iter_batches(batch_size=_BATCH_ROWS, row_groups=groups):
            for row in batch.to_pylist():
                number += 1
                yield RawRow(position=number, unit="row", payload=row)
