"""Which column of a file holds which field, for the files that have no format of their own."""

from typing import Literal

from pydantic import Field, model_validator

from lmmrec_tfrs.configuration import FrozenConfig

EventSource = Literal["review", "wishlist", "query", "note"]
TextSource = Literal["wishlist", "query", "note"]


class EventColumns(FrozenConfig):
    """The source column of each field of an event, for the generic formats."""

    user_id: str = Field(min_length=1, description="Column of the user's id.")
    item_id: str = Field(min_length=1, description="Column of the item's id.")
    timestamp: str | None = Field(
        None,
        description="Column of the time: seconds, milliseconds or microseconds since 1970, or "
        "ISO 8601 (without a zone it is UTC).",
    )
    rating: str | None = Field(None, description="Column of the rating, a number.")
    text: str | None = Field(None, description="Column of the text.")
    text_template: str | None = Field(
        None,
        description="Composes the text of several columns, e.g. '{title}. {body}'; instead of "
        "`text`.",
    )
    source: str | None = Field(
        None,
        description="Column of the source: review, wishlist, query or note, or what "
        "`source_values` translates into these. A blank is a review.",
    )

    @model_validator(mode="after")
    def _one_text(self) -> "EventColumns":
        if self.text is not None and self.text_template is not None:
            raise ValueError(
                "columns: expected either `text` or `text_template`, received both. Remove one."
            )
        return self


class TextColumns(FrozenConfig):
    """The source column of each field of a text without a purchase.

    >>> TextColumns(user_id="user", text="query", default_source="query").item_id is None
    True
    """

    user_id: str = Field(min_length=1, description="Column of the user's id.")
    text: str | None = Field(None, description="Column of the text.")
    text_template: str | None = Field(
        None, description="Composes the text of several columns; instead of `text`."
    )
    timestamp: str | None = Field(None, description="Column of the time, as for events.")
    item_id: str | None = Field(
        None, description="Column of the id of the item that is spoken of, which may be blank."
    )
    source: str | None = Field(
        None,
        description="Column of the source: wishlist, query or note, or what `source_values` "
        "translates into these.",
    )
    default_source: TextSource | None = Field(
        None, description="The source of all rows, or of those whose source is blank."
    )

    @model_validator(mode="after")
    def _text_and_source(self) -> "TextColumns":
        if (self.text is None) == (self.text_template is None):
            raise ValueError(
                "text_columns: expected either `text` or `text_template`, received "
                f"{'neither. Add one' if self.text is None else 'both. Remove one'}."
            )
        if self.source is None and self.default_source is None:
            raise ValueError(
                "text_columns: expected `source` or `default_source`, received neither. Name the "
                "column of the source, or say what all rows are: default_source: query."
            )
        return self


class ItemColumns(FrozenConfig):
    """The source column of each field of an item, for the generic formats."""

    item_id: str = Field(min_length=1, description="Column of the item's id.")
    title: str | None = Field(None, description="Column of the title.")
    description: str | None = Field(None, description="Column of the description.")
    categories: str | None = Field(
        None, description="Column of the categories: a list, or text with a separator."
    )
    categories_separator: str = Field(
        "|", min_length=1, description="What separates the categories where they are text."
    )
    brand: str | None = Field(None, description="Column of the brand.")
    price: str | None = Field(None, description="Column of the price.")
