"""Amazon reviews of 2014 (McAuley et al., SIGIR 2015), as CSV or JSON lines.

The metadata of that release are Python literals, a line each.
"""

from lmmrec_tfrs.data.records import Event, Item
from lmmrec_tfrs.ingestion import markup, values
from lmmrec_tfrs.ingestion.readers.row_format import JSON_OR_PARQUET, RowFormat
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.ingestion.values import Row


def parse_event(row: Row) -> Event:
    """Reads one review; summary and text become one text."""
    return Event(
        user_id=values.user_identifier(row, "reviewerID"),
        item_id=values.item_identifier(row, "asin"),
        text=markup.join_sentences(
            markup.clean_markup(values.text(row.get("summary"))),
            markup.clean_markup(values.text(row.get("reviewText"))),
        ),
        timestamp=values.timestamp(row.get("unixReviewTime")),
        rating=values.rating(row.get("overall")),
    )


def parse_item(row: Row) -> Item:
    """Reads one item."""
    return Item(
        item_id=values.item_identifier(row, "asin"),
        title=markup.clean_markup(values.text(row.get("title"))),
        description=markup.clean_markup(values.text(row.get("description"))),
        categories=values.categories(row.get("categories")),
        brand=values.text(row.get("brand")),
        price=values.price(row.get("price")),
    )


def _row_format(name: str, containers: tuple[Container, ...]) -> RowFormat:
    return RowFormat(
        name=name,
        event_columns=(("reviewerID",), ("asin",)),
        event_containers=containers,
        parse_event=parse_event,
        item_columns=(("asin",),),
        item_containers=JSON_OR_PARQUET,
        parse_item=parse_item,
        python_literals=True,
    )


CSV_FORMAT = _row_format("amazon_2014_csv", (Container.CSV,))
JSON_FORMAT = _row_format("amazon_2014_json", JSON_OR_PARQUET)
