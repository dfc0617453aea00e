"""The settings of the strategy `score`."""

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig


class ScoreConfig(FrozenConfig):
    """How a language model scores the motivations of a taxonomy.

    >>> ScoreConfig().few_shot_examples
    24
    """

    max_tokens: int = Field(
        default=96,
        ge=8,
        le=512,
        description="The language model cuts a text after so many tokens.",
    )
    batch_size: int = Field(
        default=8, ge=1, description="Texts that go through the language model at once."
    )
    few_shot_examples: int = Field(
        default=24,
        ge=0,
        le=48,
        description="Solved examples in the language model's prompt, at most one a motivation. "
        "One for each is best; the prompt is evaluated once.",
    )
