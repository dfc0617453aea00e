"""From a raw row to an event, an item, or the quarantine."""

import ast
import csv
import dataclasses
import json
from collections.abc import Iterator, Sequence
from typing import Any

from lmmrec_tfrs.data.records import (
    Event,
    Item,
    QuarantinedRow,
    event_to_example,
    item_to_example,
)
from lmmrec_tfrs.ingestion.errors import RowError
from lmmrec_tfrs.ingestion.protection import Protector
from lmmrec_tfrs.ingestion.readers.row_format import RowFormat
from lmmrec_tfrs.ingestion.reasons import QuarantineReason
from lmmrec_tfrs.ingestion.sources import csv_rows
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.ingestion.sources.raw_rows import LONGEST_ROW_BYTES, RawRow, ReadRange
from lmmrec_tfrs.ingestion.values import shorten
from lmmrec_tfrs.privacy.config import PrivacyConfig

_LONGEST_LITERAL = 1 << 20


@dataclasses.dataclass(frozen=True)
class Parsed:
    """A record, ready to be shuffled and written.

    Attributes:
        record: the event or the item.
        serialized: its `tf.train.Example`, serialised.
        position: the row's place in the input; later rows compare greater.
    """

    record: Event | Item
    serialized: bytes
    position: tuple[str, int, int]


class EventParser:
    """Parses the rows of files of events or of texts without a purchase."""

    def __init__(
        self,
        row_format: RowFormat,
        csv_delimiter: str = ",",
        privacy: PrivacyConfig | None = None,
    ):
        self._format = row_format
        self._delimiter = csv_delimiter
        self.protector = Protector(privacy or PrivacyConfig(), row_format.user_id_columns)

    def parse(self, part: ReadRange, row: RawRow) -> Iterator[Parsed | QuarantinedRow]:
        """Yields one result a row; a row that nests events yields one for each."""
        try:
            decoded = decode(part, row, self._delimiter, self._format.python_literals)
        except RowError as error:
            yield self._quarantine(part, row, error, None)
            return
        expand = self._format.expand
        for index, nested in enumerate([decoded] if expand is None else expand(decoded)):
            try:
                event = self.protector.event(self._format.parse_event(_require_object(nested)))
                serialized = _serialize(event)
            except RowError as error:
                raw = row.payload if nested is decoded else json.dumps(nested).encode()
                row_of_event = dataclasses.replace(row, payload=raw)
                yield self._quarantine(part, row_of_event, error, nested)
            else:
                yield Parsed(event, serialized, (part.name, row.position, index))

    def _quarantine(
        self, part: ReadRange, row: RawRow, error: RowError, decoded: object
    ) -> QuarantinedRow:
        known = decoded if isinstance(decoded, dict) else None
        quarantined = quarantine(part, row, error)
        return self.protector.quarantined(quarantined, known, part.container, self._delimiter)


class ItemParser:
    """Parses the rows of metadata files."""

    def __init__(
        self,
        row_format: RowFormat,
        csv_delimiter: str = ",",
        privacy: PrivacyConfig | None = None,
    ):
        if row_format.parse_item is None:
            raise ValueError(f"the format '{row_format.name}' reads no catalogue.")
        self._parse_item = row_format.parse_item
        self._literals = row_format.python_literals
        self._delimiter = csv_delimiter
        privacy = privacy or PrivacyConfig()
        self._mask = privacy.mask_catalogue
        # Metadata have no users whose ids could be hashed.
        self.protector = Protector(privacy.model_copy(update={"hash_user_ids": False}))

    def parse(self, part: ReadRange, row: RawRow) -> Iterator[Parsed | QuarantinedRow]:
        """Yields one result a row."""
        decoded = None
        try:
            decoded = decode(part, row, self._delimiter, self._literals)
            item = self.protector.item(self._parse_item(decoded))
            yield Parsed(item, _serialize(item), (part.name, row.position, 0))
        except RowError as error:
            quarantined = quarantine(part, row, error)
            if self._mask:
                quarantined = self.protector.quarantined(
                    quarantined, decoded, part.container, self._delimiter
                )
            yield quarantined


def decode(part: ReadRange, row: RawRow, delimiter: str, literals: bool) -> dict[str, Any]:
    """The values of a raw row by column.

    Raises:
        RowError: the row is malformed.
    """
    if row.truncated:
        raise RowError(
            QuarantineReason.ROW_TOO_LONG,
            f"expected at most {LONGEST_ROW_BYTES} bytes; kept the beginning",
        )
    if isinstance(row.payload, dict):
        return row.payload
    if part.container is Container.CSV:
        return decode_csv(row.payload, part.header, delimiter)
    return decode_json(row.payload, literals)


def decode_csv(raw: bytes, header: Sequence[str], delimiter: str) -> dict[str, Any]:
    """The values of a CSV record.

    Raises:
        RowError: it is malformed.
    """
    try:
        fields = csv_rows.fields(raw, delimiter)
    except UnicodeDecodeError as error:
        raise RowError(QuarantineReason.INVALID_ENCODING, str(error)) from error
    except csv.Error as error:
        raise RowError(QuarantineReason.INVALID_CSV, str(error)) from error
    if len(fields) != len(header):
        raise RowError(
            QuarantineReason.WRONG_FIELD_COUNT,
            f"expected {len(header)} fields, found {len(fields)}",
        )
    return dict(zip(header, fields, strict=True))


def decode_json(raw: bytes, literals: bool = False) -> dict[str, Any]:
    """The object of a JSON line, or of a Python literal where those are allowed.

    Raises:
        RowError: it is malformed.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RowError(QuarantineReason.INVALID_ENCODING, str(error)) from error
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if not literals:
            raise RowError(QuarantineReason.INVALID_JSON, str(error)) from error
        value = _literal(text, error)
    return _require_object(value)


def _literal(text: str, json_error: Exception) -> Any:
    if len(text) > _LONGEST_LITERAL:
        raise RowError(QuarantineReason.INVALID_JSON, str(json_error))
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise RowError(
            QuarantineReason.INVALID_JSON, f"neither JSON ({json_error}) nor a Python literal"
        ) from error


def _require_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise RowError(
            QuarantineReason.NOT_AN_OBJECT, f"expected an object, found {shorten(value)}"
        )
    return value


def _serialize(record: Event | Item) -> bytes:
    to_example: Any = event_to_example if isinstance(record, Event) else item_to_example
    try:
        return to_example(record).SerializeToString(deterministic=True)
    except UnicodeEncodeError as error:  # JSON can escape half of a surrogate pair
        raise RowError(QuarantineReason.INVALID_ENCODING, str(error)) from error


def quarantine(part: ReadRange, row: RawRow, error: RowError) -> QuarantinedRow:
    """The row as it goes into the quarantine."""
    raw = row.payload
    if not isinstance(raw, bytes):
        raw = json.dumps(raw, default=str, ensure_ascii=True).encode()
    return QuarantinedRow(
        raw=raw,
        reason=error.reason.value,
        detail=error.detail.encode("utf-8", "replace").decode(),
        location=f"{part.name}:{row.unit} {row.position}",
    )
