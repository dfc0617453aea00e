"""How large the sample is, and how its shoppers choose."""

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig


class ChoiceConfig(FrozenConfig):
    """The weights of a purchase's utility, all in units of the Gumbel noise's scale."""

    intent: float = Field(3.0, ge=0, description="Article serves the purchase's motivation.")
    taste: float = Field(2.0, ge=0, description="Article serves the shopper's motivations.")
    category: float = Field(1.1, ge=0, description="A favourite category of the shopper.")
    line: float = Field(0.7, ge=0, description="The shopper's favourite line.")
    department: float = Field(3.0, ge=0, description="Penalty on the other department.")
    popularity: float = Field(0.8, ge=0, description="The article's popularity.")


class SampleConfig(FrozenConfig):
    """The sample's size and its planted proportions."""

    seed: int = Field(0, ge=0, description="Seed of everything that is drawn.")
    num_shoppers: int = Field(600, ge=10, description="Shoppers, the cold ones included.")
    num_articles: int = Field(250, ge=20, description="Articles of the catalogue.")
    num_reviews: int = Field(5000, ge=100, description="Valid reviews; malformed rows come on top.")
    cold_shoppers: float = Field(0.10, ge=0, le=0.5, description="Share with 1 or 2 reviews.")
    cold_articles: float = Field(0.08, ge=0, le=0.5, description="Share with at most 2 reviews.")
    negative_reviews: float = Field(0.04, ge=0, le=0.5, description="Share rated 1 or 2.")
    without_motivation: float = Field(
        0.10, ge=0, le=0.5, description="Share of reviews that tell nothing of why."
    )
    popularity_spread: float = Field(
        0.6, ge=0, description="Standard deviation of the log popularity of articles."
    )
    first_day: int = Field(
        1_673_222_400, ge=0, description="Start of the period, seconds since 1970 (9 January 2023)."
    )
    num_days: int = Field(730, ge=60, description="Length of the period in days.")
    num_texts: int = Field(
        420, ge=0, description="Wish-list notes, queries and client notes, without a purchase."
    )
    text_only_shoppers: int = Field(
        20, ge=0, description="People of whom there are texts and no review, on top."
    )
    texts_with_personal_data: int = Field(
        24, ge=0, description="Texts with a planted e-mail address, telephone number or signature."
    )
    choice: ChoiceConfig = Field(ChoiceConfig(), description="How shoppers choose.")
