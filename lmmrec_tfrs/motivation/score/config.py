"""The settings of the strategy `score`."""

from typing import Literal

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig

CandidateScoring = Literal["whole", "distinguishing"]


class ScoreConfig(FrozenConfig):
    """How a language model scores the motivations of a taxonomy.

    >>> ScoreConfig().few_shot_examples
    24
    """

    candidate_scoring: CandidateScoring = Field(
        default="distinguishing",
        description="'whole' scores every token of a motivation's name; 'distinguishing' those "
        "up to the first that no other name shares, which costs far less.",
    )
    max_tokens: int = Field(
        default=96,
        ge=8,
        le=512,
        description="The language model cuts a text after so many tokens.",
    )
    batch_size: int = Field(
        default=32, ge=1, description="Texts that go through the language model at once."
    )
    batch_tokens: int = Field(
        default=1024,
        ge=64,
        description="Tokens of texts that go through the language model at once; fewer texts "
        "than `batch_size` where they are long.",
    )
    few_shot_examples: int = Field(
        default=24,
        ge=0,
        le=48,
        description="Solved examples in the language model's prompt, at most one a motivation. "
        "One for each is best; the prompt is evaluated once.",
    )
    jit_compile: bool = Field(
        default=False,
        description="Compile with XLA, once for each bucket of lengths; for accelerators.",
    )
