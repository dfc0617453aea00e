"""Beam: raw rows out of files, then events or items out of raw rows."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import pyarrow as pa
import tensorflow as tf

from lmmrec_tfrs.data.records import Event, Item, QuarantinedRow, quarantined_row_to_example
from lmmrec_tfrs.ingestion import beam_facts, parsing, planning
from lmmrec_tfrs.ingestion.config import IngestionConfig
from lmmrec_tfrs.ingestion.errors import IngestionError
from lmmrec_tfrs.ingestion.readers import registry
from lmmrec_tfrs.ingestion.sources import csv_rows, files, json_lines, parquet_rows
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.ingestion.sources.raw_rows import RawRow, ReadRange

_ERRORS = "errors"
RECORDS = "records"
QUARANTINED = "quarantined"
COUNTS = "counts"

# Rows travel in batches: a shuffle costs per element, not per byte, on small rows.
_BATCH_ROWS = 256
_BATCH_BYTES = 1 << 20


class ReadRows(beam.DoFn):
    """Streams the rows of a range, in batches; a damaged file becomes a fact.

    An exception in a DoFn reaches the user buried under the runner's own trace, or after
    retries; as data it arrives whole.
    """

    def __init__(self, csv_delimiter: str):
        super().__init__()
        self._delimiter = csv_delimiter

    def process(self, part: ReadRange) -> Iterator[Any]:
        batch: list[RawRow] = []
        size = 0
        try:
            for row in self._rows(part):
                batch.append(row)
                size += len(row.payload) if isinstance(row.payload, bytes) else 0
                if len(batch) >= _BATCH_ROWS or size >= _BATCH_BYTES:
                    yield part, batch
                    batch, size = [], 0
        except files.BROKEN_GZIP as error:
            yield _fact(files.broken_gzip_error(part.path, error))
        except (pa.ArrowException, OSError, tf.errors.OpError) as error:
            yield _fact(_unreadable(part, error))
        if batch:
            yield part, batch

    def _rows(self, part: ReadRange) -> Iterator[RawRow]:
        if part.container is Container.CSV:
            return csv_rows.read(part, self._delimiter)
        if part.container is Container.PARQUET:
            return parquet_rows.read(part)
        return json_lines.read(part)


def _fact(error: IngestionError) -> beam.pvalue.TaggedOutput:
    return beam.pvalue.TaggedOutput(_ERRORS, beam_facts.error_fact(error))


def _unreadable(part: ReadRange, error: Exception) -> IngestionError:
    if part.container is Container.PARQUET:
        return planning.damaged_parquet(part.path, error)
    return IngestionError.of_file(
        part.path, "a readable file", str(error), "check the path and the access rights"
    )


class _ParseRows(beam.DoFn):
    """Parses batches; counts what was read and quarantined, a batch at a time."""

    def __init__(self, config_json: str, kind: str):
        super().__init__()
        self._config_json = config_json
        self._kind = kind

    def setup(self) -> None:
        config = IngestionConfig.model_validate_json(self._config_json)
        row_format = registry.row_format(config)
        parser = parsing.EventParser if self._kind == "events" else parsing.ItemParser
        self._parser = parser(row_format, config.csv_delimiter)

    def process(self, element: tuple[ReadRange, list[RawRow]]) -> Iterator[Any]:
        part, rows = element
        counts: Counter[str] = Counter()
        for row in rows:
            for result in self._parser.parse(part, row):
                counts[f"{self._kind}/read"] += 1
                if isinstance(result, QuarantinedRow):
                    counts[f"{self._kind}/quarantined/{result.reason}"] += 1
                    example = quarantined_row_to_example(result)
                    yield beam.pvalue.TaggedOutput(QUARANTINED, example.SerializeToString())
                else:
                    yield _as_tuple(result)
        for count in counts.items():
            yield beam.pvalue.TaggedOutput(COUNTS, count)


def _as_tuple(parsed: parsing.Parsed) -> tuple[Any, Any]:
    """Plain tuples, which Beam's coders know: no pickles in a shuffle.

    An event is `((user_id, item_id), (has_timestamp, timestamp, position, rating, serialized))`,
    an item `(item_id, (position, serialized))`: of two values, the greater is the later row.
    """
    record = parsed.record
    if isinstance(record, Item):
        return record.item_id, (parsed.position, parsed.serialized)
    if not isinstance(record, Event):
        raise TypeError(f"expected an Event or an Item, received {type(record).__name__}.")
    value = (
        record.timestamp is not None,
        record.timestamp or 0,
        parsed.position,
        record.rating,
        parsed.serialized,
    )
    return (record.user_id, record.item_id), value


class ReadRecords(beam.PTransform):
    """Reads the ranges of a plan into RECORDS, QUARANTINED and COUNTS.

    Args:
        config: the configuration of the run.
        kind: "events" or "catalogue"; names the counts.
        plan: the ranges.
    """

    def __init__(self, config: IngestionConfig, kind: str, plan: list[ReadRange]):
        super().__init__()
        self._config = config
        self._kind = kind
        self._plan = plan

    def expand(self, pipeline: Any) -> Any:
        read = (
            pipeline
            | "Plan" >> beam.Create(self._plan)
            | "SpreadFiles" >> beam.Reshuffle()
            | "ReadRows"
            >> beam.ParDo(ReadRows(self._config.csv_delimiter)).with_outputs(_ERRORS, main="rows")
        )
        parsed = (
            read.rows
            # One compressed file is read by one worker; all workers parse.
            | "SpreadRows" >> beam.Reshuffle()
            | "ParseRows"
            >> beam.ParDo(_ParseRows(self._config.model_dump_json(), self._kind)).with_outputs(
                QUARANTINED, COUNTS, main=RECORDS
            )
        )
        return {
            RECORDS: parsed[RECORDS],
            QUARANTINED: parsed[QUARANTINED],
            COUNTS: (parsed[COUNTS], read[_ERRORS]) | "Counts" >> beam.Flatten(),
        }
