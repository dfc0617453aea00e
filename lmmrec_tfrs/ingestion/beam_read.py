"""Beam: raw rows out of files, then events or items out of raw rows."""

import enum
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
from lmmrec_tfrs.ingestion.reasons import FilterReason
from lmmrec_tfrs.ingestion.sources import csv_rows, files, json_lines, parquet_rows
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.ingestion.sources.raw_rows import RawRow, ReadRange

_ERRORS = "errors"
RECORDS = "records"
TEXTS = "texts"
QUARANTINED = "quarantined"
COUNTS = "counts"
# The prefix of the counts of masked personal data.
MASKED = "masked/"

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


class Kind(enum.StrEnum):
    """What the files of a plan hold."""

    EVENTS = "events"
    TEST_EVENTS = "test_events"
    TEXTS = "texts"
    CATALOGUE = "catalogue"

    @property
    def account(self) -> str:
        """The name under which the rows are counted."""
        return Kind.EVENTS.value if self is Kind.TEST_EVENTS else self.value


class _ParseRows(beam.DoFn):
    """Parses batches; counts what was read and quarantined, a batch at a time."""

    def __init__(self, config_json: str, kind: Kind):
        super().__init__()
        self._config_json = config_json
        self._kind = kind

    def setup(self) -> None:
        config = IngestionConfig.model_validate_json(self._config_json)
        texts = self._kind is Kind.TEXTS
        row_format = registry.text_format(config) if texts else registry.row_format(config)
        parser = parsing.ItemParser if self._kind is Kind.CATALOGUE else parsing.EventParser
        self._parser = parser(row_format, config.csv_delimiter, config.privacy)

    def process(self, element: tuple[ReadRange, list[RawRow]]) -> Iterator[Any]:
        part, rows = element
        counts: Counter[str] = Counter()
        for row in rows:
            for result in self._parser.parse(part, row):
                if isinstance(result, QuarantinedRow):
                    counts[f"{self._kind.account}/read"] += 1
                    counts[f"{self._kind.account}/quarantined/{result.reason}"] += 1
                    example = quarantined_row_to_example(result)
                    yield beam.pvalue.TaggedOutput(QUARANTINED, example.SerializeToString())
                elif isinstance(result.record, Event) and not result.record.is_interaction:
                    counts[f"{Kind.TEXTS.value}/read"] += 1
                    if result.record.text:
                        yield beam.pvalue.TaggedOutput(TEXTS, _text_tuple(result))
                    else:
                        name = f"{Kind.TEXTS.value}/filtered/{FilterReason.NO_TEXT.value}"
                        counts[name] += 1
                else:
                    counts[f"{self._kind.account}/read"] += 1
                    yield _as_tuple(result, self._kind is Kind.TEST_EVENTS)
        for kind, number in self._parser.protector.take_counts().items():
            counts[f"{MASKED}{kind}"] += number
        for count in counts.items():
            yield beam.pvalue.TaggedOutput(COUNTS, count)


def _text_tuple(parsed: parsing.Parsed) -> tuple[Any, Any]:
    """A text: `(user_id, (timestamp, serialized))`."""
    record = parsed.record
    if not isinstance(record, Event):
        raise TypeError(f"expected an Event, received {type(record).__name__}.")
    return record.user_id, (record.timestamp, parsed.serialized)


def _as_tuple(parsed: parsing.Parsed, is_test: bool) -> tuple[Any, Any]:
    """Plain tuples, which Beam's coders know: no pickles in a shuffle.

    An event is `((user_id, item_id), (is_test, has_timestamp, timestamp, position, rating,
    serialized))`, an item `(item_id, (position, serialized))`: of two values, the greater is the
    later row, or the one of a given test split.
    """
    record = parsed.record
    if isinstance(record, Item):
        return record.item_id, (parsed.position, parsed.serialized)
    value = (
        is_test,
        record.timestamp is not None,
        record.timestamp or 0,
        parsed.position,
        record.rating,
        parsed.serialized,
    )
    return (record.user_id, record.item_id), value


class ReadRecords(beam.PTransform):
    """Reads the ranges of a plan into RECORDS, TEXTS, QUARANTINED and COUNTS.

    Args:
        config: the configuration of the run.
        kind: what the files hold.
        plan: the ranges.
    """

    def __init__(self, config: IngestionConfig, kind: Kind, plan: list[ReadRange]):
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
                TEXTS, QUARANTINED, COUNTS, main=RECORDS
            )
        )
        return {
            RECORDS: parsed[RECORDS],
            TEXTS: parsed[TEXTS],
            QUARANTINED: parsed[QUARANTINED],
            COUNTS: (parsed[COUNTS], read[_ERRORS]) | "Counts" >> beam.Flatten(),
        }
