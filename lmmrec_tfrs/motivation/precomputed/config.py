"""The settings of the strategy `precomputed`."""

from pydantic import Field, model_validator

from lmmrec_tfrs.configuration import FrozenConfig


class PrecomputedConfig(FrozenConfig):
    """Where the motivations that were written before are.

    >>> PrecomputedConfig(users="users.jsonl.gz", items="items.jsonl.gz").reviews is None
    True
    """

    users: str | None = Field(default=None, description="Glob pattern of the users' profiles.")
    items: str | None = Field(default=None, description="Glob pattern of the items' profiles.")
    reviews: str | None = Field(default=None, description="Glob pattern of the reviews' profiles.")

    @model_validator(mode="after")
    def _something(self) -> "PrecomputedConfig":
        if self.users is None and self.items is None and self.reviews is None:
            raise ValueError(
                "precomputed: expected at least one of `users`, `items`, `reviews`, received "
                "none. Name the files of the profiles."
            )
        return self
