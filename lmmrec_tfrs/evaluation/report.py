"""The report of an evaluation, and its form as JSON."""

from typing import Any

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig

USER_METRICS = ("recall", "ndcg", "mrr", "hit_rate")
LIST_METRICS = ("coverage", "mean_popularity")

OVERALL = "overall"


class SliceReport(FrozenConfig):
    """What the scorers reach on a part of the users or of what is to be found."""

    name: str = Field(description="'overall', 'user_history=<group>' or 'item_history=<group>'.")
    num_users: int
    num_relevant: int = Field(description="Interactions to be found.")
    metrics: dict[str, dict[str, float]] = Field(
        description="By scorer, then by metric, as 'ndcg@20'; empty where there are no users."
    )


class Comparison(FrozenConfig):
    """The model against another scorer, by a paired bootstrap over users."""

    model: str
    other: str
    metric: str
    difference: float
    low: float
    high: float
    p_value: float


class Verdict(FrozenConfig):
    """Whether the model is blessed, and what speaks against it."""

    blessed: bool
    reasons: tuple[str, ...] = Field(description="Why not; empty for a blessed model.")


class EvaluationReport(FrozenConfig):
    """All that an evaluation found.

    A user's history is what the training split holds of them; so is an item's.
    """

    protocol: str = Field(description="What was ranked and what was left out, in words.")
    split: str
    masked: tuple[str, ...] = Field(description="The splits left out of a user's ranking.")
    seed: int
    ks: tuple[int, ...]
    confidence: float
    bootstrap_samples: int
    num_users: int = Field(description="Users with something to be found.")
    num_items: int = Field(description="Candidates.")
    num_cold_items: int = Field(description="Candidates without training interactions.")
    scorers: tuple[str, ...] = Field(description="The model first.")
    settings: dict[str, dict[str, float | str]] = Field(
        default_factory=dict, description="By baseline, what was chosen on the validation split."
    )
    slices: tuple[SliceReport, ...] = Field(description="'overall' first.")
    comparisons: tuple[Comparison, ...]
    verdict: Verdict | None = None

    def to_json(self) -> str:
        """The report as JSON, which `from_json` reads."""
        return self.model_dump_json(indent=2)

    @classmethod
    def from_json(cls, document: str) -> "EvaluationReport":
        """Reads what `to_json` wrote."""
        return cls.model_validate_json(document)

    def slice(self, name: str) -> SliceReport:
        """The slice of that name.

        Raises:
            KeyError: there is none.
        """
        for each in self.slices:
            if each.name == name:
                return each
        raise KeyError(
            f"expected one of {', '.join(each.name for each in self.slices)}, received '{name}'."
        )

    def value(self, scorer: str, metric: str, slice_name: str = OVERALL) -> float:
        """One value, as `value("model", "ndcg@20")`.

        Raises:
            KeyError: there is none.
        """
        return self.slice(slice_name).metrics[scorer][metric]

    def rows(self, slice_name: str = OVERALL) -> list[dict[str, Any]]:
        """A row a scorer for a table: its name, the number of users, then the metrics."""
        part = self.slice(slice_name)
        return [
            {"scorer": scorer, "users": part.num_users, **part.metrics[scorer]}
            for scorer in self.scorers
            if scorer in part.metrics
        ]
