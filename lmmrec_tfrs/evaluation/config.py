"""The settings of the ranking evaluation."""

from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt, field_validator, model_validator

from lmmrec_tfrs.configuration import FrozenConfig
from lmmrec_tfrs.evaluation.report import USER_METRICS

BaselineName = Literal["most_popular", "ease", "ials", "item_knn"]


class EvaluationConfig(FrozenConfig):
    """What is measured, against what, and what a model must reach to be blessed."""

    split: Literal["validation", "test"] = Field(
        "test", description="The split whose interactions are to be found."
    )
    mask_validation: bool = Field(
        True,
        description="On the test split, leave a user's validation items out of the ranking, as "
        "the training items always are.",
    )
    ks: tuple[int, ...] = Field((5, 10, 20), description="Lengths of the lists that are measured.")
    baselines: tuple[BaselineName, ...] = Field(
        ("most_popular", "ease", "ials"), description="The scorers put beside the model."
    )
    batch_size: int = Field(256, ge=1, description="Users ranked at once.")
    bootstrap_samples: int = Field(
        1000, ge=100, le=1_000_000, description="Resamples of the paired bootstrap."
    )
    confidence: float = Field(
        0.95, gt=0.0, lt=1.0, description="The confidence of the bootstrap's intervals."
    )
    gate_metric: str = Field(
        "ndcg@20", description="The metric that decides about the blessing, as 'ndcg@20'."
    )
    minimum_value: float = Field(
        0.0, ge=0.0, le=1.0, description="The floor: the least value of the gate's metric."
    )
    minimum_ratio_to_most_popular: float | None = Field(
        None,
        ge=0.0,
        description="The least ratio of the gate's metric to that of most-popular; none: no gate.",
    )
    allowed_drop_from_blessed: float = Field(
        0.0,
        ge=0.0,
        le=1.0,
        description="How far, relatively, the gate's metric may fall below the latest blessed "
        "model's on the same split.",
    )
    ease_l2: tuple[PositiveFloat, ...] = Field(
        (30.0, 100.0, 300.0, 1000.0),
        min_length=1,
        description="EASE: weights of the L2 penalty to choose from.",
    )
    ease_maximum_items: int = Field(
        20_000, ge=1, description="EASE: the most items with interactions; it inverts their matrix."
    )
    ials_factors: int = Field(64, ge=1, description="iALS: the dimension of the factors.")
    ials_regularization: tuple[PositiveFloat, ...] = Field(
        (10.0, 40.0, 80.0, 100.0, 120.0, 160.0, 200.0, 400.0),
        min_length=1,
        description="iALS: L2 penalties to choose from; those that suit grow with ials_alpha, and "
        "lie close together, between it and five times as much.",
    )
    ials_alpha: float = Field(
        40.0, gt=0.0, description="iALS: the confidence that an interaction adds."
    )
    ials_iterations: int = Field(15, ge=1, description="iALS: alternations.")
    item_knn_similarities: tuple[Literal["cosine", "tfidf", "bm25"], ...] = Field(
        ("cosine", "tfidf", "bm25"),
        min_length=1,
        description="Item-kNN: the similarities of items to choose from.",
    )
    item_knn_neighbours: tuple[PositiveInt, ...] = Field(
        (20, 100, 500), min_length=1, description="Item-kNN: numbers of neighbours to choose from."
    )
    threads: int = Field(2, ge=1, description="Threads that iALS and item-kNN may use.")
    seed: int = Field(0, ge=0, description="Seeds iALS and the bootstrap.")

    @field_validator("ks")
    @classmethod
    def _ks_are_usable(cls, ks: tuple[int, ...]) -> tuple[int, ...]:
        if not ks or min(ks) < 1 or len(set(ks)) != len(ks):
            raise ValueError(f"expected distinct lengths of at least 1, received {ks}.")
        return tuple(sorted(ks))

    @field_validator("baselines")
    @classmethod
    def _baselines_are_distinct(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(names)) != len(names):
            raise ValueError(f"expected each baseline once, received {names}.")
        return names

    @model_validator(mode="after")
    def _gate_is_measured(self) -> "EvaluationConfig":
        measured = [f"{metric}@{k}" for metric in USER_METRICS for k in self.ks]
        if self.gate_metric not in measured:
            raise ValueError(
                f"expected gate_metric among {', '.join(measured)}, received '{self.gate_metric}'."
            )
        if self.minimum_ratio_to_most_popular is not None and "most_popular" not in self.baselines:
            raise ValueError(
                "minimum_ratio_to_most_popular needs 'most_popular' among the baselines."
            )
        return self
