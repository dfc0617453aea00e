"""What ingestion reads, keeps and how it splits."""

import enum
from typing import Any, Literal

from pydantic import Field, model_validator

from lmmrec_tfrs.configuration import FrozenConfig
from lmmrec_tfrs.ingestion.column_mapping import (
    EventColumns,
    EventSource,
    ItemColumns,
    TextColumns,
)
from lmmrec_tfrs.ingestion.split_config import SplitConfig, SplitStrategy
from lmmrec_tfrs.privacy.config import PrivacyConfig

# The settings that are glob patterns of files.
PATTERNS = ("events", "test_events", "texts", "catalogue")


class DataFormat(enum.StrEnum):
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
    test_events: str | None = Field(
        None,
        min_length=1,
        description="Glob pattern of event files that are the test split as it stands; the "
        "others are divided into train and validation.",
    )
    texts: str | None = Field(
        None,
        min_length=1,
        description="Glob pattern of files of texts without a purchase (wish-list notes, search "
        "queries, client notes), as CSV, JSON lines or Parquet, relative to the input base.",
    )
    columns: EventColumns | None = Field(
        None, description="Column mapping of the events; the generic formats need it."
    )
    text_columns: TextColumns | None = Field(
        None, description="Column mapping of the texts; `texts` needs it."
    )
    source_values: dict[str, EventSource] = Field(
        default_factory=dict,
        description="What the values of a source column mean, where they are not review, "
        "wishlist, query and note themselves.",
    )
    keep_untimed_texts: bool = Field(
        False,
        description="Keep texts without a time though the split goes by time; they may then "
        "have been written after what is held out.",
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
    privacy: PrivacyConfig = Field(
        default_factory=PrivacyConfig,
        description="Which personal data is masked, and whether user ids are hashed, before "
        "anything is written.",
    )
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
        if (self.texts is None) != (self.text_columns is None):
            raise ValueError(
                "expected `texts` and `text_columns` together, received only "
                f"`{'texts' if self.text_columns is None else 'text_columns'}`. Add the other, "
                "such as text_columns: {user_id: user, text: query, default_source: query}."
            )
        if self.catalogue_columns is not None and self.catalogue is None:
            raise ValueError(
                "received `catalogue_columns` without `catalogue`. Add the pattern of the "
                "metadata files, or remove the mapping."
            )
        return self

    @model_validator(mode="after")
    def _check_split(self) -> "IngestionConfig":
        strategy = self.split.strategy
        if self.test_events is None and strategy is SplitStrategy.GIVEN:
            raise ValueError(
                "split: expected `test_events` for the strategy 'given', received none. Name the "
                "files of the test events, or choose another strategy."
            )
        if self.test_events is not None and strategy not in (
            SplitStrategy.AUTO,
            SplitStrategy.GIVEN,
        ):
            raise ValueError(
                f"split: expected the strategy 'given' or 'auto' with `test_events`, received "
                f"'{strategy.value}'. Remove one of the two."
            )
        return self

    @property
    def patterns(self) -> dict[str, str]:
        """The glob patterns by the name of their setting; those not set are left out."""
        named: dict[str, Any] = {name: getattr(self, name) for name in PATTERNS}
        return {name: pattern for name, pattern in named.items() if pattern is not None}
