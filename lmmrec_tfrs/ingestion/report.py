"""The account of a run: what was read, kept, filtered and quarantined."""

import os

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig
from lmmrec_tfrs.data import file_names, files
from lmmrec_tfrs.ingestion.errors import IngestionError


class RowCounts(FrozenConfig):
    """Where the rows of one kind of file went."""

    read: int = Field(0, ge=0, description="Rows read.")
    kept: int = Field(0, ge=0, description="Rows kept.")
    filtered: dict[str, int] = Field(
        default_factory=dict, description="Sound rows left out, by reason."
    )
    quarantined: dict[str, int] = Field(
        default_factory=dict, description="Rows that could not be used, by reason."
    )

    def accounted_for(self) -> int:
        """Rows kept, filtered and quarantined."""
        return self.kept + sum(self.filtered.values()) + sum(self.quarantined.values())

    def describe(self, name: str) -> str:
        """The account as one line."""
        parts = [f"{self.kept} kept"]
        parts += [f"{n} {reason}" for reason, n in sorted(self.filtered.items())]
        parts += [f"{n} quarantined ({why})" for why, n in sorted(self.quarantined.items())]
        return f"{name}: {self.read} rows read = {' + '.join(parts)}"


class IngestionReport(FrozenConfig):
    """The account of a run of ingestion."""

    files: tuple[str, ...] = Field(description="The files read, relative to the input base.")
    events: RowCounts = Field(description="Where the rows of the event files went.")
    catalogue: RowCounts = Field(description="Where the rows of the metadata files went.")
    texts: RowCounts = Field(
        default_factory=RowCounts,
        description="Where the texts without a purchase went, whatever file they came in.",
    )
    users_with_texts: int = Field(0, ge=0, description="Users with a kept text.")
    text_only_users: int = Field(
        0, ge=0, description="Of these, users without a kept interaction: known by text only."
    )
    text_only_users_below_k_core: int = Field(
        0, ge=0, description="Of these, users whose interactions the k-core left out."
    )
    masked: dict[str, int] = Field(
        default_factory=dict,
        description="Personal data masked in the rows read, by kind.",
    )
    user_ids_hashed: bool = Field(False, description="Whether user ids are keyed hashes.")
    items_without_metadata: int = Field(
        0, ge=0, description="Catalogue items known from events only."
    )
    splits: dict[str, int] = Field(description="Events by split.")
    split_strategy: str = Field(description="How the events were split.")
    requested_strategy: str = Field(description="What the config asked for.")
    validation_begins: int | None = Field(
        None, description="Where a global cut begins validation, in seconds since 1970."
    )
    test_begins: int | None = Field(
        None, description="Where a global cut begins test, in seconds since 1970."
    )
    users: int = Field(ge=0, description="Users of the kept events.")
    items: int = Field(ge=0, description="Items of the kept events.")
    density: float = Field(ge=0, description="Distinct pairs / (users * items).")
    timestamp_share: float = Field(ge=0, le=1, description="Share of pairs with a timestamp.")
    k_core: int = Field(0, ge=0, description="The k of the k-core; 0 is off.")
    k_core_rounds: int = Field(0, ge=0, description="Rounds until the k-core stood still.")
    seed: int = Field(description="The seed of the split.")
    warnings: tuple[str, ...] = Field((), description="What deserves a look.")

    def to_json(self) -> str:
        """The report as indented JSON."""
        return self.model_dump_json(indent=2)

    @classmethod
    def from_json(cls, text: str) -> "IngestionReport":
        """Reads what `to_json` wrote."""
        return cls.model_validate_json(text)

    def write(self, directory: str) -> None:
        """Writes `ingestion_report.json` into a folder."""
        files.write_text(os.path.join(directory, file_names.INGESTION_REPORT), self.to_json())

    @classmethod
    def read(cls, directory: str) -> "IngestionReport":
        """Reads `ingestion_report.json` of a folder."""
        return cls.from_json(files.read_text(os.path.join(directory, file_names.INGESTION_REPORT)))

    @property
    def accounts(self) -> dict[str, RowCounts]:
        """The accounts of the kinds of rows by name."""
        return {"events": self.events, "texts": self.texts, "catalogue": self.catalogue}

    def balance_check(self) -> None:
        """Checks that every row is accounted for, once.

        Raises:
            IngestionError: rows read differ from rows kept + filtered + quarantined, or rows kept
                from the sum of the splits.
        """
        for name, counts in self.accounts.items():
            if counts.read != counts.accounted_for():
                raise IngestionError(
                    f"the account does not balance: expected {counts.read} rows, found "
                    f"{counts.accounted_for()} ({counts.describe(name)}). Remedy: this is a "
                    "defect of the ingestion; report it with the ingestion report."
                )
        if sum(self.splits.values()) != self.events.kept:
            raise IngestionError(
                f"the account does not balance: expected {self.events.kept} events in the splits, "
                f"found {sum(self.splits.values())} ({self.splits}). Remedy: this is a defect of "
                "the ingestion; report it with the ingestion report."
            )

    def summary(self) -> str:
        """The account for people, a few lines."""
        splits = ", ".join(f"{count} {name}" for name, count in self.splits.items())
        lines = [
            self.events.describe("events"),
            self.catalogue.describe("catalogue")
            + f" (and {self.items_without_metadata} items known from events only)",
            f"splits by {self.split_strategy}: {splits}",
            f"{self.users} users, {self.items} items, density {self.density:.4%}",
        ]
        if self.texts.read:
            lines.append(
                f"{self.texts.describe('texts')}, of {self.users_with_texts} users, "
                f"{self.text_only_users} of them known by text only"
            )
        if self.masked:
            masked = ", ".join(f"{count} {kind}" for kind, count in self.masked.items())
            lines.append(f"personal data masked: {masked}")
        return "\n".join([*lines, *(f"warning: {text}" for text in self.warnings)])
