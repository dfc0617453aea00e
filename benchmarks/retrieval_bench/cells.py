"""Cells: one training, or one fit of a baseline, with all that decides about its outcome."""

import hashlib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig

BASELINE = "baseline"


class Change(FrozenConfig):
    """What a study does to the data before training."""

    kind: Literal["none", "swapped_texts", "random_interactions"] = "none"
    share: float = Field(0.0, ge=0, le=1, description="Of the owners with text, or of the pairs.")
    seed: int = Field(0, ge=0, description="Seeds what is drawn.")

    @property
    def label(self) -> str:
        """A short name, for files and messages."""
        return "clean" if self.kind == "none" else f"{self.kind}_{self.share:.0%}"


class Cell(FrozenConfig):
    """A cell; equal ones have equal outcomes, up to the order of sums in the training."""

    data_set: str
    data_digest: str = Field(description="Of the prepared data.")
    change: Change = Change()
    system: str = Field(description="The backbone, or the baseline.")
    variant: str = Field(description="A variant of the model, or 'baseline'.")
    seed: int
    measures: Literal["validation", "test"] = Field(
        description="A trial of the tuning never sees the test split."
    )
    settings: dict[str, Any] = Field(
        description="The whole TrainingConfig, or EvaluationConfig for a baseline."
    )

    @property
    def fingerprint(self) -> str:
        """A hash of all that decides about the outcome."""
        return hashlib.sha256(self.model_dump_json().encode("utf-8")).hexdigest()[:12]

    @property
    def path(self) -> Path:
        """Where the cell's files lie under the folder of cells, without a suffix."""
        purpose = "trial" if self.measures == "validation" else self.change.label
        name = f"{self.variant}-{purpose}-seed{self.seed}-{self.fingerprint}"
        return Path(self.data_set, self.system, name)

    @property
    def title(self) -> str:
        """What the progress calls it."""
        change = "" if self.change.kind == "none" else f" {self.change.label}"
        trial = " trial" if self.measures == "validation" else ""
        return f"{self.data_set}/{self.system}/{self.variant}{change}{trial} seed {self.seed}"
