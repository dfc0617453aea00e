"""The published schema of a line in a file of profiles.

`schema.json` beside this file is its JSON schema: what a language model's output has to look
like, whichever model wrote it.
"""

import json
from importlib import resources
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from lmmrec_tfrs.motivation.profile import MotivationProfile

ProfileKind = Literal["review", "user", "item"]
REVIEW: ProfileKind = "review"
USER: ProfileKind = "user"
ITEM: ProfileKind = "item"

# The ids that a record of each kind needs.
_IDS: dict[ProfileKind, tuple[str, ...]] = {
    "review": ("user_id", "item_id"),
    "user": ("user_id",),
    "item": ("item_id",),
}


class ProfileRecord(MotivationProfile):
    """One line: whose motivations, and the motivations, as a profile's fields or as text.

    >>> ProfileRecord(user_id="u1", motivations=[{"motivation": "a gift"}]).structured.sought
    ('a gift',)
    """

    # Published files write ids as text or as numbers.
    model_config = ConfigDict(coerce_numbers_to_str=True)

    kind: ProfileKind | None = Field(
        default=None, description="Whose; left out where a file holds one kind only."
    )
    user_id: str | None = Field(
        default=None, min_length=1, description="Of a user and of a review: whose text it is."
    )
    item_id: str | None = Field(
        default=None, min_length=1, description="Of an item and of a review: what it is about."
    )
    profile: str | None = Field(
        default=None,
        description="The motivations as text, instead of the three fields above: a line "
        "`[Like]`, a bullet `- ...` for each thing that is sought, a line `[Dislike]`, a bullet "
        "for each that is avoided.",
    )
    description: str | None = Field(
        default=None, description="What the item is, for the reader of the file; not used."
    )
    model: str | None = Field(
        default=None, description="Which language model wrote it, for the record; not used."
    )

    @model_validator(mode="after")
    def _one_form(self) -> "ProfileRecord":
        structured = bool(self.motivations or self.preferences or self.attributes)
        if structured == (self.profile is not None):
            raise ValueError(
                "expected either `profile` (text) or some of `motivations`, `preferences`, "
                f"`attributes`, received {'both' if structured else 'neither'}."
            )
        return self

    @property
    def structured(self) -> MotivationProfile:
        """What the three fields of a profile hold."""
        return MotivationProfile(
            motivations=self.motivations,
            preferences=self.preferences,
            attributes=self.attributes,
        )

    def ids(self, kind: ProfileKind) -> tuple[str, str]:
        """The user's and the item's id of a record of some kind; "" for one that it lacks.

        Raises:
            ValueError: the record is of another kind, or has not the ids of this one.
        """
        if self.kind not in (None, kind):
            raise ValueError(f"expected a record of the kind '{kind}', received '{self.kind}'.")
        given = {"user_id": self.user_id or "", "item_id": self.item_id or ""}
        missing = [name for name in _IDS[kind] if not given[name].strip()]
        if missing:
            raise ValueError(
                f"expected {' and '.join(_IDS[kind])} in a record of the kind '{kind}', "
                f"received no {' and no '.join(missing)}."
            )
        return given["user_id"], given["item_id"]


def json_schema() -> dict[str, Any]:
    """The JSON schema of a line, its descriptions without our doctests."""
    schema = ProfileRecord.model_json_schema()
    for part in (schema, *schema["$defs"].values()):
        part["description"] = part["description"].partition("\n\n>>>")[0]
    return schema


def published_json_schema() -> dict[str, Any]:
    """The JSON schema as `schema.json` has it; a test holds the two equal."""
    file = resources.files("lmmrec_tfrs.motivation.precomputed").joinpath("schema.json")
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded
