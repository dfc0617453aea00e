"""What the searches behind the archive's runs chose, so that it need not be searched for again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, TypeAdapter

from lmmrec_tfrs.configuration import FrozenConfig

from .atomic import write_text

_FILE = "settings.json"


class PublishedSettings(FrozenConfig):
    """The outcome of one search."""

    data_set: str
    contents: str = Field(description="The digest of what the data set held.")
    backbone: str
    variant: str
    trials: int = Field(ge=1)
    trial_seeds: int = Field(ge=1)
    first_trial: float = Field(description="What the first one reached on validation.")
    validation: float = Field(description="What the chosen one reached.")
    settings: dict[str, Any]

    @property
    def search(self) -> tuple[str, str, str]:
        """What was searched for."""
        return (self.data_set, self.backbone, self.variant)


def read_settings(archive: Path) -> dict[tuple[str, str, str], PublishedSettings]:
    """All that is published, by data set, backbone and variant; nothing where there is no file.

    Raises:
        ValueError: a search is there twice.
    """
    path = archive / _FILE
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8")
    entries = TypeAdapter(list[PublishedSettings]).validate_json(text)
    found = {each.search: each for each in entries}
    if len(found) != len(entries):
        raise ValueError(f"expected each search once in {path}, found {len(entries)} entries.")
    return found


def add_settings(archive: Path, published: Sequence[PublishedSettings]) -> None:
    """Adds the outcomes of searches; those of the same search are replaced."""
    if published:
        merged = {**read_settings(archive), **{each.search: each for each in published}}
        lines = [f"  {each.model_dump_json()}" for _, each in sorted(merged.items())]
        write_text(archive / _FILE, "[\n" + ",\n".join(lines) + "\n]\n")
