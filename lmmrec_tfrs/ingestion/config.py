"""What ingestion reads, keeps and how it splits."""

import enum
from typing import Literal

from pydantic import Field, model_validator

from lmmrec_tfrs.configuration import FrozenConfig


class DataFormat(str, enum.Enum):
    """The published formats, and the generic ones that go through a column mapping."""

    AMAZON_2014_CSV = "amazon_2014_csv"
    AMAZON_2014_JSON = "amazon_2014_json"
    AMAZON_2018 = "amazon_2018"
    AMAZON_2023 = "amazon_2023"
    YELP = "yelp"
    STEAM = "steam"
    RENT_THE_RUNWAY = "rent_the_runway"
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"

    @property
    def is_generic(self) -> bool:
        """Whether the format needs a column mapping."""
        return self in (DataFormat.CSV, DataFormat.JSONL, DataFormat.PARQUET)


class SplitStrategy(str, enum.Enum):
    """How the events are divided into train, validation and test."""

    AUTO = "auto"
    LEAVE_LAST_OUT = "leave_last_out"
    GLOBAL_TIME = "global_time"
    RANDOM = "random"


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
        None, description="Column of the kind of text: review, wishlist, query, note."
    )

    @model_validator(mode="after")
    def _one_text(self) -> "EventColumns":
        if self.text is not None and self.text_template is not None:
            raise ValueError(
                "columns: expected either `text` or `text_template`, received both. Remove one."
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


class SplitConfig(FrozenConfig):
    """How the events are split.

    Leave-last-out holds out the last interaction of each user with three or more as test and
    the one before as validation. The global cut puts what happened after a moment into
    validation, after a later moment into test; events without a time count as the oldest. The
    random split takes, of each user with two or more, a share of at least one as test and, of
    users with five or more, a share of at least one as validation. All events of a user with an
    item share a split.
    """

    strategy: SplitStrategy = Field(
        SplitStrategy.AUTO,
        description="auto takes leave_last_out where at least 95% of the kept events have a "
        "timestamp, random otherwise; the choice is in the report.",
    )
    validation_fraction: float = Field(
        0.2, ge=0.0, lt=1.0, description="Share of a user's events in validation (random)."
    )
    test_fraction: float = Field(
        0.2, ge=0.0, lt=1.0, description="Share of a user's events in test (random)."
    )
    validation_time: float = Field(
        0.8, gt=0.0, lt=1.0, description="Quantile of time where validation begins (global_time)."
    )
    test_time: float = Field(
        0.9, gt=0.0, lt=1.0, description="Quantile of time where test begins (global_time)."
    )
    seed: int = Field(13, ge=0, description="Seed of the random split and of ties in time.")

    @model_validator(mode="after")
    def _leave_something_to_train(self) -> "SplitConfig":
        held_out = self.validation_fraction + self.test_fraction
        if held_out >= 1.0:
            raise ValueError(
                f"split: expected validation_fraction + test_fraction < 1, received {held_out:g}. "
                "Lower one, so that something is left to train on."
            )
        if self.validation_time >= self.test_time:
            raise ValueError(
                "split: expected validation_time < test_time, received "
                f"{self.validation_time:g} and {self.test_time:g}. Validation lies before test."
            )
        return self


class IngestionConfig(FrozenConfig):
    """What to read, what to keep, how to split.

    >>> IngestionConfig(format="steam", events="reviews.parquet", k_core=3).split.seed
    13
    """

    format: DataFormat = Field(description="The format of the files.")
    events: str = Field(
        min_length=1,
        description="Glob pattern of the event files, relative to the input base.",
    )
    catalogue: str | None = Field(
        None,
        min_length=1,
        description="Glob pattern of the item metadata, relative to the input base.",
    )
    columns: EventColumns | None = Field(
        None, description="Column mapping of the events; the generic formats need it."
    )
    catalogue_columns: ItemColumns | None = Field(
        None, description="Column mapping of the catalogue; the generic formats need it."
    )
    csv_delimiter: str = Field(
        ",", min_length=1, max_length=1, description="The delimiter of CSV files."
    )
    positive_threshold: float | None = Field(
        None,
        allow_inf_nan=False,
        description="Keep only events rated at least this; unrated ones stay. None keeps all.",
    )
    k_core: int = Field(
        0,
        ge=0,
        description="Keep only users and items with at least this many interactions with each "
        "other, iterated to the fixed point. 0 keeps all.",
    )
    deduplicate: bool = Field(
        True,
        description="Of repeated (user, item) pairs keep the latest; the later row where times "
        "are equal or missing.",
    )
    split: SplitConfig = Field(default_factory=SplitConfig, description="How to split.")
    catalogue_scope: Literal["all", "events"] = Field(
        "all",
        description="all: every item of the metadata, and those seen in events only; events: "
        "only the items of the kept events.",
    )

    @model_validator(mode="after")
    def _check_columns(self) -> "IngestionConfig":
        name = self.format.value
        if self.format.is_generic:
            if self.columns is None:
                raise ValueError(
                    f"the format '{name}' needs `columns`, received none. Add a mapping such as "
                    "columns: {user_id: customer, item_id: article}."
                )
            if self.catalogue is not None and self.catalogue_columns is None:
                raise ValueError(
                    f"a catalogue in the format '{name}' needs `catalogue_columns`, received none. "
                    "Add a mapping such as catalogue_columns: {item_id: article, title: name}."
                )
        elif self.columns is not None or self.catalogue_columns is not None:
            raise ValueError(
                f"the format '{name}' has columns of its own, received a mapping. Remove "
                "`columns` and `catalogue_columns`, or use the format csv, jsonl or parquet."
            )
        if self.catalogue_columns is not None and self.catalogue is None:
            raise ValueError(
                "received `catalogue_columns` without `catalogue`. Add the pattern of the "
                "metadata files, or remove the mapping."
            )
        return self
