"""What a language model writes of somebody's motivations: the published schema.

The strategies `generate` and `precomputed`, the cache and the endpoint all speak it;
`MotivationProfile.model_json_schema()` is its JSON schema.
"""

from typing import Literal

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig

Polarity = Literal["seeks", "avoids"]
SEEKS: Polarity = "seeks"
AVOIDS: Polarity = "avoids"


class StatedMotivation(FrozenConfig):
    """One motivation, in words of the model's own.

    >>> StatedMotivation(motivation="attending a summer wedding").polarity
    'seeks'
    """

    motivation: str = Field(min_length=1, max_length=200, description="A short phrase: why.")
    polarity: Polarity = Field(default=SEEKS, description="Whether it is sought or avoided.")
    weight: float = Field(default=1.0, gt=0.0, le=1.0, description="How much it matters.")
    evidence: tuple[str, ...] = Field(
        default=(), description="Quotes from the text that support it, verbatim."
    )


class MotivationProfile(FrozenConfig):
    """The motivations read out of a review, or out of all that a user or an item has.

    >>> MotivationProfile(motivations=[{"motivation": "gift for a friend"}]).sought
    ('gift for a friend',)
    """

    motivations: tuple[StatedMotivation, ...] = Field(
        default=(), description="What is sought or avoided, heaviest first."
    )
    preferences: tuple[str, ...] = Field(
        default=(), description="What the writer likes in things of this kind."
    )
    attributes: tuple[str, ...] = Field(
        default=(), description="What the text says of the item, in its words."
    )

    @property
    def sought(self) -> tuple[str, ...]:
        """The motivations that are sought."""
        return tuple(m.motivation for m in self.motivations if m.polarity == SEEKS)

    @property
    def avoided(self) -> tuple[str, ...]:
        """The motivations that are avoided."""
        return tuple(m.motivation for m in self.motivations if m.polarity == AVOIDS)
