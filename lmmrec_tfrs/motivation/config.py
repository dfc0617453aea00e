"""The settings of motivation extraction."""

from pydantic import Field, field_validator, model_validator

from lmmrec_tfrs.configuration import FrozenConfig
from lmmrec_tfrs.motivation.generate.config import GenerateConfig
from lmmrec_tfrs.motivation.precomputed.config import PrecomputedConfig
from lmmrec_tfrs.motivation.score.config import ScoreConfig
from lmmrec_tfrs.motivation.strategies.names import class_path
from lmmrec_tfrs.privacy.config import PrivacyConfig


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
    strategy: str = Field(
        default="score",
        description="'encode' uses the text encoder alone; 'score' averages it with the "
        "likelihood that the language model gives to each motivation; 'generate' has the "
        "language model write the motivations down; 'precomputed' reads them from files; one's own "
        "as module:Class.",
    )
    encoder: str = Field(
        default="packaged:minilm", min_length=1, description="The text encoder's name."
    )
    language_model: str = Field(
        default="packaged:smollm2-135m",
        min_length=1,
        description="The causal language model's name, for 'score' and 'generate'.",
    )
    language_model_weight: float = Field(
        default=0.5,
        ge=0.0,
        le=1.0,
        description="The language model's share in the average with the encoder.",
    )
    max_language_model_texts: int = Field(
        default=200,
        ge=0,
        description="How many distinct texts of users rest on the language model's answer at "
        "most, those from the cache included: they come first, the most informative others "
        "follow. The student, or else the encoder alone, judges the rest and the catalogue.",
    )
    min_language_model_words: int = Field(
        default=6,
        ge=0,
        description="Texts of fewer words come last when the language model's are chosen.",
    )
    temperature: float = Field(
        default=0.5,
        gt=0.0,
        description="Divides the standardised scores before the softmax: lower is sharper.",
    )
    student: bool = Field(
        default=True,
        description="Have a student, trained on the language model's answers, judge the reviews "
        "that the language model does not read.",
    )
    cache_directory: str | None = Field(
        default=None,
        min_length=1,
        description="Folder of the models' answers, local or remote, kept from run to run and "
        "shared by workers; none keeps nothing, except that `lmmrec run` and `lmmrec extract` "
        "then use one in their output folder.",
    )
    privacy: PrivacyConfig = Field(
        default_factory=PrivacyConfig,
        description="What is masked before any model, cache or artifact sees a text; in a "
        "pipeline, what ingestion masks unless it is set here.",
    )
    max_tokens: int = Field(
        default=256, ge=16, le=512, description="The encoder cuts a text after so many tokens."
    )
    encoder_batch_size: int = Field(
        default=512, ge=1, description="Texts handed to the encoder at once, to sort by length."
    )
    encoder_batch_tokens: int = Field(
        default=4096, ge=64, description="Tokens that go through the encoder at once."
    )
    jit_compile: bool = Field(
        default=False, description="Compile the encoder with XLA; pays on an accelerator."
    )
    evidence_per_owner: int = Field(
        default=3,
        ge=0,
        description="For how many of its motivations a review, user or item gets a quote.",
    )
    seed: int = Field(
        default=0, ge=0, description="Of the prompt's examples and of ties in the budget."
    )
    score: ScoreConfig = Field(default_factory=ScoreConfig, description="Of 'score'.")
    generate: GenerateConfig = Field(default_factory=GenerateConfig, description="Of 'generate'.")
    precomputed: PrecomputedConfig | None = Field(
        default=None, description="Of 'precomputed', which needs it."
    )

    @field_validator("strategy")
    @classmethod
    def _known_strategy(cls, name: str) -> str:
        class_path(name)
        return name

    @model_validator(mode="after")
    def _precomputed_files(self) -> "ExtractionConfig":
        if (self.strategy == "precomputed") != (self.precomputed is not None):
            raise ValueError(
                "motivation: the strategy 'precomputed' and the section `precomputed` go "
                f"together; received the strategy '{self.strategy}' and "
                f"{'a' if self.precomputed else 'no'} section. Set both or neither."
            )
        return self
