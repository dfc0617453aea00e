"""The settings of taxonomy induction."""

from typing import Literal

from pydantic import Field, model_validator

from lmmrec_tfrs.configuration import FrozenConfig


class InductionConfig(FrozenConfig):
    """How a taxonomy is induced from a corpus.

    >>> InductionConfig(num_motivations=12).seed
    0
    """

    name: str = Field(default="induced", min_length=1, description="The taxonomy's name.")
    num_motivations: int | Literal["auto"] = Field(
        default="auto",
        description="How many motivations there are to be; 'auto' chooses the number of clusters "
        "by their stability.",
    )
    min_clusters: int = Field(
        default=24,
        ge=2,
        description="The fewest clusters that 'auto' tries, before any is dropped.",
    )
    max_clusters: int = Field(
        default=48, ge=2, description="The most clusters that 'auto' tries, junk included."
    )
    cluster_step: int = Field(default=4, ge=1, description="From one number tried to the next.")
    stability_runs: int = Field(
        default=4, ge=2, description="Clusterings of half of the clauses for each number tried."
    )
    stability_tolerance: float = Field(
        default=0.1,
        ge=0.0,
        lt=1.0,
        description="'auto' takes the largest number whose stability is below the best by no more "
        "than this share.",
    )
    max_texts: int = Field(default=20_000, ge=1, description="Texts that are read, a sample.")
    max_clauses: int = Field(default=8_000, ge=10, description="Clauses that are encoded, at most.")
    min_words: int = Field(default=4, ge=1, description="Shorter clauses are left out.")
    max_words: int = Field(default=24, ge=2, description="Longer clauses are left out.")
    min_reason_score: float = Field(
        default=0.5,
        description="Clauses that read less like a reason are left out: 1 for a named reason, 0.5 "
        "for praise, less 1 for a complaint or a condition.",
    )
    max_word_share: float = Field(
        default=0.05,
        gt=0.0,
        le=1.0,
        description="A word in a larger share of the clauses says what the corpus is of ('game'), "
        "not why, and is passed over. Raise it for a corpus of few motivations.",
    )
    merge_similarity: float = Field(
        default=0.5,
        gt=0.0,
        le=1.0,
        description="Clusters whose centres' cosine similarity is higher are merged.",
    )
    max_item_share: float = Field(
        default=0.4,
        gt=0.0,
        le=1.0,
        description="A cluster with a larger share of clauses about one item is about that item, "
        "not a motivation, and dropped. Needs the items of the texts.",
    )
    min_cluster_size: int = Field(
        default=15, ge=2, description="A cluster of fewer clauses is dropped."
    )
    min_lean: float = Field(
        default=-0.1,
        description="A cluster whose central clauses are nearer to praise, complaints and news "
        "than to reasons is dropped: the least difference of the cosine similarities.",
    )
    num_examples: int = Field(default=3, ge=0, description="Examples of each motivation.")
    mask_personal_data: bool = Field(
        default=True, description="Mask personal data before anything else sees a text."
    )
    seed: int = Field(default=0, ge=0, description="Of the samples and the clustering.")

    @model_validator(mode="after")
    def _ranges(self) -> "InductionConfig":
        if self.min_clusters > self.max_clusters or self.min_words > self.max_words:
            raise ValueError(
                "induction: expected min_clusters <= max_clusters and min_words <= max_words, "
                f"received {self.min_clusters}, {self.max_clusters} and {self.min_words}, "
                f"{self.max_words}. Swap or mend them."
            )
        if isinstance(self.num_motivations, int) and self.num_motivations < 2:
            raise ValueError(
                f"induction: expected num_motivations of at least 2, received "
                f"{self.num_motivations}."
            )
        return self
