"""Rent the Runway (Misra, Wan & McAuley, RecSys 2018): JSON lines, or Parquet copies of it.

There is no metadata file; the rentals themselves serve as the catalogue, which then knows the
category of each garment. What a garment was rented for is the wearer's stated motivation: it is
kept out of the text, so that it can judge what is read out of the text.
"""

from typing import Any

from lmmrec_tfrs.data.records import Event, Item
from lmmrec_tfrs.ingestion import markup, values
from lmmrec_tfrs.ingestion.errors import RowError
from lmmrec_tfrs.ingestion.readers.row_format import JSON_OR_PARQUET, RowFormat
from lmmrec_tfrs.ingestion.values import Row


def parse_date(value: Any) -> int | None:
    """Seconds since 1970 of 'April 20, 2016', or of any time that the generic readers know."""
    if isinstance(value, str) and value.strip():
        try:
            return values.named_month_date(value, "%B %d, %Y")
        except RowError:
            return values.timestamp(value)
    return values.timestamp(value)


def parse_event(row: Row) -> Event:
    """Reads one rental; summary and review become one text."""
    return Event(
        user_id=values.user_identifier(row, "user_id"),
        item_id=values.item_identifier(row, "item_id"),
        text=markup.join_sentences(
            values.text(row.get("review_summary")), values.text(row.get("review_text"))
        ),
        timestamp=parse_date(row.get("review_date")),
        rating=values.rating(row.get("rating")),
    )


def parse_item(row: Row) -> Item:
    """Reads the garment of one rental."""
    return Item(
        item_id=values.item_identifier(row, "item_id"),
        categories=values.categories(row.get("category")),
    )


FORMAT = RowFormat(
    name="rent_the_runway",
    event_columns=(("user_id",), ("item_id",)),
    event_containers=JSON_OR_PARQUET,
    parse_event=parse_event,
    item_columns=(("item_id",),),
    item_containers=JSON_OR_PARQUET,
    parse_item=parse_item,
)
