"""Steam reviews and games (Kang & McAuley 2018; Wan & McAuley 2018).

Three shapes are read: one review a row; one user a line with nested `reviews` (the original
release of the Australian users); and `steam_reviews` with `username` and `product_id`, which
has no recommendation. The original releases are Python literals, a line each.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lmmrec_tfrs.data.records import Event, Item
from lmmrec_tfrs.ingestion import markup, values
from lmmrec_tfrs.ingestion.readers.row_format import JSON_OR_PARQUET, RowFormat
from lmmrec_tfrs.ingestion.values import Row

# "Posted July 15, 2011."; reviews of the year of the crawl lack the year.
_POSTED = re.compile(r"^Posted\s+(?P<day>[A-Z][a-z]+ \d{1,2})(?:, (?P<year>\d{4}))?\.?$")


def parse_posted(value: Any) -> int | None:
    """Seconds since 1970 of 'Posted July 15, 2011.'; None without a year.

    >>> parse_posted("Posted July 15, 2011."), parse_posted("Posted July 15.")
    (1310688000, None)
    """
    if not isinstance(value, str) or not value.strip():
        return values.timestamp(value)
    match = _POSTED.match(value.strip())
    if match is None:
        return values.timestamp(value)
    if match["year"] is None:
        values.named_month_date(f"{match['day']}, 2000", "%B %d, %Y")  # a day must exist
        return None
    return values.named_month_date(f"{match['day']}, {match['year']}", "%B %d, %Y")


def expand(row: Row) -> Iterable[object]:
    """A row a review, where a line holds a user with nested reviews."""
    reviews = row.get("reviews")
    if not isinstance(reviews, list):
        return (row,)
    return _reviews_of_user(row, reviews)


def _reviews_of_user(row: Row, reviews: list[Any]) -> Iterator[object]:
    for review in reviews:
        if isinstance(review, dict):
            yield {"user_id": row.get("user_id"), **review}
        else:
            yield review


def parse_event(row: Row) -> Event:
    """Reads one review; recommended is a rating of 1, not recommended of 0."""
    if "product_id" in row:
        return Event(
            user_id=values.user_identifier(row, "username"),
            item_id=values.item_identifier(row, "product_id"),
            text=values.text(row.get("text")),
            timestamp=values.timestamp(row.get("date")),
        )
    return Event(
        user_id=values.user_identifier(row, "user_id"),
        item_id=values.item_identifier(row, "item_id"),
        text=values.text(row.get("review")),
        timestamp=parse_posted(row.get("posted")),
        rating=values.rating(row.get("recommend")),
    )


def parse_item(row: Row) -> Item:
    """Reads one game; genres and tags are its categories, its features the description."""
    return Item(
        item_id=values.item_identifier(row, "id"),
        title=markup.clean_markup(values.text(values.first_present(row, "title", "app_name"))),
        description=", ".join(values.categories(row.get("specs"))),
        categories=tuple(
            map(markup.clean_markup, values.categories([row.get("genres"), row.get("tags")]))
        ),
        brand=values.text(values.first_present(row, "developer", "publisher")),
        price=values.price(row.get("price")),
    )


FORMAT = RowFormat(
    name="steam",
    event_columns=(("user_id", "username"), ("item_id", "product_id", "reviews")),
    event_containers=JSON_OR_PARQUET,
    parse_event=parse_event,
    item_columns=(("id",),),
    item_containers=JSON_OR_PARQUET,
    parse_item=parse_item,
    python_literals=True,
    expand=expand,
)
