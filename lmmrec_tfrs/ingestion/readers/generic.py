"""Any CSV, JSON lines or Parquet, through a column mapping."""

import functools
from collections.abc import Mapping

from lmmrec_tfrs.data import columns as names
from lmmrec_tfrs.data.records import Event, Item
from lmmrec_tfrs.ingestion import markup, values
from lmmrec_tfrs.ingestion.column_mapping import EventColumns, ItemColumns, TextColumns
from lmmrec_tfrs.ingestion.config import IngestionConfig
from lmmrec_tfrs.ingestion.errors import RowError
from lmmrec_tfrs.ingestion.readers.row_format import RequiredColumns, RowFormat
from lmmrec_tfrs.ingestion.reasons import QuarantineReason
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.ingestion.values import Row

_TEXTS = "texts"


def parse_event(columns: EventColumns, source_values: Mapping[str, str], row: Row) -> Event:
    """Reads one event through the mapping; only a review needs an item."""
    value = row.get(columns.source) if columns.source else None
    source = values.event_source(value, source_values, names.REVIEW)
    if source in names.TEXT_SOURCES:
        return _text_event(columns, source, row)
    return Event(
        user_id=values.user_identifier(row, columns.user_id),
        item_id=values.item_identifier(row, columns.item_id),
        text=_text(columns, row),
        timestamp=values.timestamp(row.get(columns.timestamp)) if columns.timestamp else None,
        rating=values.rating(row.get(columns.rating)) if columns.rating else None,
        source=source,
    )


def parse_text(columns: TextColumns, source_values: Mapping[str, str], row: Row) -> Event:
    """Reads one text without a purchase through the mapping."""
    value = row.get(columns.source) if columns.source else None
    source = values.event_source(value, source_values, columns.default_source)
    if source not in names.TEXT_SOURCES:
        raise RowError(
            QuarantineReason.UNKNOWN_SOURCE,
            f"expected {', '.join(names.TEXT_SOURCES)} in a file of texts, found '{source}'",
        )
    return _text_event(columns, source, row)


def _text_event(columns: EventColumns | TextColumns, source: str, row: Row) -> Event:
    item_id = values.optional_item_identifier(row, columns.item_id) if columns.item_id else ""
    return Event(
        user_id=values.user_identifier(row, columns.user_id),
        item_id=item_id,
        text=_text(columns, row),
        timestamp=values.timestamp(row.get(columns.timestamp)) if columns.timestamp else None,
        source=source,
    )


def _text(columns: EventColumns | TextColumns, row: Row) -> str:
    if columns.text_template is None:
        return values.text(row.get(columns.text)) if columns.text else ""
    parts = {
        name: values.text(row.get(name)) for name in markup.template_columns(columns.text_template)
    }
    return markup.fill_template(columns.text_template, parts)


def parse_item(columns: ItemColumns, row: Row) -> Item:
    """Reads one item through the mapping."""

    def text(column: str | None) -> str:
        return values.text(row.get(column)) if column else ""

    return Item(
        item_id=values.item_identifier(row, columns.item_id),
        title=text(columns.title),
        description=text(columns.description),
        categories=values.categories(row.get(columns.categories), columns.categories_separator)
        if columns.categories
        else (),
        brand=text(columns.brand),
        price=values.price(row.get(columns.price)) if columns.price else None,
    )


def row_format(config: IngestionConfig) -> RowFormat:
    """The row format of a config with a column mapping; the mapping must be there."""
    columns, item_columns = config.columns, config.catalogue_columns
    if columns is None:
        raise ValueError(f"the format '{config.format.value}' needs `columns`, received none.")
    return RowFormat(
        name=config.format.value,
        event_columns=_event_columns(
            columns, columns.user_id, columns.item_id, columns.rating, columns.source
        ),
        event_containers=(Container.of_format(config.format),),
        parse_event=functools.partial(parse_event, columns, config.source_values),
        item_columns=_item_columns(item_columns),
        item_containers=tuple(Container),  # a catalogue often comes in another kind of file
        parse_item=functools.partial(parse_item, item_columns) if item_columns else None,
    )


def text_format(config: IngestionConfig) -> RowFormat:
    """The row format of the texts without a purchase; the mapping must be there."""
    columns = config.text_columns
    if columns is None:
        raise ValueError("the texts need `text_columns`, received none.")
    return RowFormat(
        name=_TEXTS,
        event_columns=_event_columns(columns, columns.user_id, columns.item_id, columns.source),
        event_containers=tuple(Container),  # a log of queries often comes in another kind of file
        parse_event=functools.partial(parse_text, columns, config.source_values),
    )


def _event_columns(columns: EventColumns | TextColumns, *named: str | None) -> RequiredColumns:
    """All mapped columns, the user's id first: a name that no file has is a mistake."""
    template = columns.text_template
    in_template = () if template is None else markup.template_columns(template)
    named = (*named, columns.timestamp, columns.text, *in_template)
    return tuple((name,) for name in dict.fromkeys(named) if name is not None)


def _item_columns(columns: ItemColumns | None) -> RequiredColumns:
    if columns is None:
        return ()
    named = [columns.item_id, columns.title, columns.description, columns.categories]
    named += [columns.brand, columns.price]
    return tuple((name,) for name in dict.fromkeys(named) if name is not None)
