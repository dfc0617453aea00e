"""Amazon reviews of 2023 (Hou et al., 2024): JSON lines with metadata.

Items are keyed by `parent_asin`, which the reviews and the metadata share; times are
milliseconds.
"""

from lmmrec_tfrs.data.records import Event, Item
from lmmrec_tfrs.ingestion import markup, values
from lmmrec_tfrs.ingestion.readers.row_format import JSON_OR_PARQUET, RowFormat
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.ingestion.values import Row


def parse_event(row: Row) -> Event:
    """Reads one review, or one row of the ratings-only CSV."""
    return Event(
        user_id=values.user_identifier(row, "user_id"),
        item_id=values.item_identifier(row, "parent_asin", "asin"),
        text=markup.join_sentences(
            markup.clean_markup(values.text(row.get("title"))),
            markup.clean_markup(values.text(row.get("text"))),
        ),
        timestamp=values.timestamp(row.get("timestamp")),
        rating=values.rating(row.get("rating")),
    )


def parse_item(row: Row) -> Item:
    """Reads one item; the store is its brand, features are part of its description."""
    description = [values.text(row.get("description")), values.text(row.get("features"))]
    return Item(
        item_id=values.item_identifier(row, "parent_asin", "asin"),
        title=markup.clean_markup(values.text(row.get("title"))),
        description=markup.join_sentences(*map(markup.clean_markup, description)),
        categories=values.categories(
            [row.get("main_category"), values.categories(row.get("categories"))]
        ),
        brand=values.text(row.get("store")),
        price=values.price(row.get("price")),
    )


FORMAT = RowFormat(
    name="amazon_2023",
    event_columns=(("user_id",), ("parent_asin", "asin")),
    event_containers=(*JSON_OR_PARQUET, Container.CSV),
    parse_event=parse_event,
    item_columns=(("parent_asin", "asin"),),
    item_containers=JSON_OR_PARQUET,
    parse_item=parse_item,
)
