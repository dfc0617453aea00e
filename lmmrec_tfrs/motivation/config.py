"""The settings of motivation extraction."""

from typing import Literal

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig

Strategy = Literal["encode", "score"]


class ExtractionConfig(FrozenConfig):
    """How motivations are read out of texts.

    >>> ExtractionConfig(strategy="encode").taxonomy
    'general_retail'
    """

    taxonomy: str = Field(
        default="general_retail",
        min_length=1,
        description="A shipped taxonomy's name, or the path of a YAML file.",
    )
    strategy: Strategy = Field(
        default="score",
        description="'encode' uses the text encoder alone; 'score' averages it with the "
        "likelihood that the language model gives to each motivation.",
    )
    max_language_model_texts: int = Field(
        default=200,
        ge=0,
        description="How many reviews the language model reads at most; the encoder alone "
        "judges the others.",
    )
    min_language_model_words: int = Field(
        default=6,
        ge=0,
        description="Reviews of fewer words come last when the language model's are chosen.",
    )
    temperature: float = Field(
        default=0.5,
        gt=0.0,
        description="Divides the standardised scores before the softmax: lower is sharper.",
    )
    max_tokens: int = Field(
        default=256, ge=16, le=512, description="The encoder cuts a text after so many tokens."
    )
    encoder_batch_size: int = Field(
        default=128, ge=1, description="Texts handed to the encoder at once, to sort by length."
    )
    encoder_batch_tokens: int = Field(
        default=4096, ge=64, description="Tokens that go through the encoder at once."
    )
    jit_compile: bool = Field(
        default=False, description="Compile the encoder with XLA; pays on an accelerator."
    )
    language_model_max_tokens: int = Field(
        default=96,
        ge=8,
        le=512,
        description="The language model cuts a text after so many tokens.",
    )
    language_model_batch_size: int = Field(
        default=8, ge=1, description="Texts that go through the language model at once."
    )
    few_shot_examples: int = Field(
        default=24,
        ge=0,
        le=48,
        description="Solved examples in the language model's prompt, at most one a motivation. "
        "One for each is best; the prompt is evaluated once.",
    )
    evidence_per_owner: int = Field(
        default=3,
        ge=0,
        description="For how many of its motivations a review, user or item gets a quote.",
    )
    seed: int = Field(
        default=0, ge=0, description="Of the prompt's examples and of ties in the budget."
    )
