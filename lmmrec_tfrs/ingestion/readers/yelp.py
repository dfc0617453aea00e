"""The Yelp Open Dataset: `review.json` and `business.json`, JSON lines."""

from lmmrec_tfrs.data.records import Event, Item
from lmmrec_tfrs.ingestion import values
from lmmrec_tfrs.ingestion.readers.row_format import JSON_OR_PARQUET, RowFormat
from lmmrec_tfrs.ingestion.values import Row


def parse_event(row: Row) -> Event:
    """Reads one review."""
    return Event(
        user_id=values.user_identifier(row, "user_id"),
        item_id=values.item_identifier(row, "business_id"),
        text=values.text(row.get("text")),
        timestamp=values.timestamp(row.get("date")),
        rating=values.rating(row.get("stars")),
    )


def parse_item(row: Row) -> Item:
    """Reads one business; its description is where it lies."""
    place = [values.text(row.get("city")), values.text(row.get("state"))]
    return Item(
        item_id=values.item_identifier(row, "business_id"),
        title=values.text(row.get("name")),
        description=", ".join(part for part in place if part),
        categories=values.categories(row.get("categories"), ","),
    )


FORMAT = RowFormat(
    name="yelp",
    event_columns=(("user_id",), ("business_id",)),
    event_containers=JSON_OR_PARQUET,
    parse_event=parse_event,
    item_columns=(("business_id",),),
    item_containers=JSON_OR_PARQUET,
    parse_item=parse_item,
)
