"""What the searches behind the published tables chose, so that these can be had without searching.

A search draws to three digits, so these are the exact settings.
"""

import functools
from pathlib import Path
from typing import Any

from pydantic import Field, TypeAdapter

from lmmrec_tfrs.configuration import FrozenConfig

_FILE = Path(__file__).with_name("published_settings.json")


class PublishedSettings(FrozenConfig):
    """The outcome of one search."""

    data_set: str
    backbone: str
    variant: str
    trials: int = Field(ge=1)
    first_trial: float = Field(description="What the first one reached on validation.")
    validation: float = Field(description="What the chosen one reached.")
    settings: dict[str, Any]


def published_settings(data_set: str, backbone: str, variant: str) -> PublishedSettings | None:
    """What was chosen for a variant; none where nothing was searched for."""
    return _by_system().get((data_set, backbone, variant))


@functools.cache
def _by_system() -> dict[tuple[str, str, str], PublishedSettings]:
    entries = TypeAdapter(list[PublishedSettings]).validate_json(_FILE.read_text(encoding="utf-8"))
    return {(each.data_set, each.backbone, each.variant): each for each in entries}
