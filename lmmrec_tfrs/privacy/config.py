"""The settings of privacy: what is masked in texts, and whether user ids are hashed."""

from typing import Literal, get_args

from pydantic import Field, field_validator

from lmmrec_tfrs.configuration import FrozenConfig

Kind = Literal["email", "url", "iban", "card", "phone", "address", "handle", "name"]
# The default order is the order of precedence: the surest patterns come first.
KINDS: tuple[Kind, ...] = get_args(Kind)


class PrivacyConfig(FrozenConfig):
    """What is done about personal data before a text reaches a model, a cache or an artifact.

    >>> PrivacyConfig(kinds=("email", "phone")).kinds
    ('email', 'phone')
    """

    mask_personal_data: bool = Field(
        default=True, description="Replace personal data in texts by placeholders like [EMAIL]."
    )
    kinds: tuple[Kind, ...] = Field(
        default=KINDS,
        description="What is masked. Of two findings of one length, the kind named first wins.",
    )
    mask_catalogue: bool = Field(
        default=False,
        description="Mask titles and descriptions of items too. They are the shop's own words, "
        "not personal data, unless private sellers write them.",
    )
    phone_regions: tuple[str, ...] = Field(
        default=("US", "GB", "DE", "FR", "IT", "ES"),
        description="Countries, as ISO 3166 codes of two letters, whose national phone numbers "
        "are recognised. Numbers with a + and a country code are recognised everywhere.",
    )
    public_domains: tuple[str, ...] = Field(
        default=(),
        description="Bare domains that are left as they are, such as the shop's own name "
        "'amazon.com'. With a scheme or a path they are masked all the same.",
    )
    hash_user_ids: bool = Field(
        default=False, description="Replace user ids by their keyed hash (HMAC-SHA256)."
    )
    key_environment_variable: str = Field(
        default="LMMREC_USER_ID_KEY",
        pattern=r"^[A-Z_][A-Z0-9_]{0,63}$",
        description="Name of the environment variable that holds the key; never the key itself.",
    )

    @field_validator("kinds", "phone_regions", "public_domains")
    @classmethod
    def _no_duplicates(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(values)) != len(values):
            raise ValueError(
                f"expected each value once, received {values}. Remove the repeated ones."
            )
        return values

    @field_validator("phone_regions")
    @classmethod
    def _two_letters(cls, regions: tuple[str, ...]) -> tuple[str, ...]:
        for region in regions:
            if not (len(region) == 2 and region.isascii() and region.isupper()):
                raise ValueError(
                    f"expected ISO 3166 codes of two capital letters, such as 'US'; "
                    f"received {region!r}."
                )
        return regions
