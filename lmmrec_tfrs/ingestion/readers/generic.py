"""Any CSV, JSON lines or Parquet, through a column mapping."""

import functools

from lmmrec_tfrs.data.records import Event, Item
from lmmrec_tfrs.ingestion import markup, values
from lmmrec_tfrs.ingestion.config import EventColumns, IngestionConfig, ItemColumns
from lmmrec_tfrs.ingestion.readers.row_format import RequiredColumns, RowFormat
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.ingestion.values import Row

_DEFAULT_SOURCE = "review"


def parse_event(columns: EventColumns, row: Row) -> Event:
    """Reads one event through the mapping."""
    if columns.text_template is not None:
        parts = {
            name: values.text(row.get(name))
            for name in markup.template_columns(columns.text_template)
        }
        text = markup.fill_template(columns.text_template, parts)
    else:
        text = values.text(row.get(columns.text)) if columns.text else ""
    source = values.text(row.get(columns.source)) if columns.source else ""
    return Event(
        user_id=values.user_identifier(row, columns.user_id),
        item_id=values.item_identifier(row, columns.item_id),
        text=text,
        timestamp=values.timestamp(row.get(columns.timestamp)) if columns.timestamp else None,
        rating=values.rating(row.get(columns.rating)) if columns.rating else None,
        source=source or _DEFAULT_SOURCE,
    )


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
        event_columns=_event_columns(columns),
        event_containers=(Container.of_format(config.format),),
        parse_event=functools.partial(parse_event, columns),
        item_columns=_item_columns(item_columns),
        item_containers=tuple(Container),  # a catalogue often comes in another kind of file
        parse_item=functools.partial(parse_item, item_columns) if item_columns else None,
    )


def _event_columns(columns: EventColumns) -> RequiredColumns:
    """All mapped columns: a name that no file has is a mistake in the mapping."""
    named = [columns.user_id, columns.item_id, columns.timestamp, columns.rating]
    named += [columns.text, columns.source]
    names = [name for name in named if name is not None]
    if columns.text_template is not None:
        names.extend(markup.template_columns(columns.text_template))
    return tuple((name,) for name in dict.fromkeys(names))


def _item_columns(columns: ItemColumns | None) -> RequiredColumns:
    if columns is None:
        return ()
    named = [columns.item_id, columns.title, columns.description, columns.categories]
    named += [columns.brand, columns.price]
    return tuple((name,) for name in dict.fromkeys(named) if name is not None)
