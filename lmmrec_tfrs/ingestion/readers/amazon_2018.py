"""Amazon reviews of 2018 (Ni et al., EMNLP 2019): JSON lines with metadata."""

from lmmrec_tfrs.data.records import Item
from lmmrec_tfrs.ingestion import markup, values
from lmmrec_tfrs.ingestion.readers import amazon_2014
from lmmrec_tfrs.ingestion.readers.row_format import JSON_OR_PARQUET, RowFormat
from lmmrec_tfrs.ingestion.values import Row


def parse_item(row: Row) -> Item:
    """Reads one item; features are part of its description."""
    description = [values.text(row.get("description")), values.text(row.get("feature"))]
    return Item(
        item_id=values.item_identifier(row, "asin"),
        title=markup.clean_markup(values.text(row.get("title"))),
        description=markup.join_sentences(*map(markup.clean_markup, description)),
        categories=tuple(map(markup.clean_markup, values.categories(row.get("category")))),
        brand=markup.clean_markup(values.text(row.get("brand"))),
        price=values.price(row.get("price")),
    )


FORMAT = RowFormat(
    name="amazon_2018",
    event_columns=(("reviewerID",), ("asin",)),
    event_containers=JSON_OR_PARQUET,
    parse_event=amazon_2014.parse_event,  # the reviews kept the columns of 2014
    item_columns=(("asin",),),
    item_containers=JSON_OR_PARQUET,
    parse_item=parse_item,
)
