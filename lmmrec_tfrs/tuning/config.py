"""The settings of a search for hyper-parameters."""

from typing import Literal

from pydantic import Field, model_validator

from lmmrec_tfrs.configuration import FrozenConfig

Value = bool | int | float | str


class SearchDimension(FrozenConfig):
    """The values that one setting may take: some (`values`), or all from `min` to `max`."""

    values: tuple[Value, ...] = Field((), description="The values to choose from, two or more.")
    min: int | float | None = Field(None, description="The least value, inclusive.")
    max: int | float | None = Field(None, description="The greatest value, inclusive.")
    sampling: Literal["linear", "log"] = Field(
        "linear", description="log: as many trials from 0.001 to 0.01 as from 0.01 to 0.1."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> "SearchDimension":
        if self.values:
            if self.min is not None or self.max is not None:
                raise ValueError("expected either values or min and max, received both.")
            if len(set(self.values)) != len(self.values) or len(self.values) < 2:
                raise ValueError(
                    f"expected two or more different values, received {list(self.values)}: a "
                    "setting that is not to be searched goes into the training section."
                )
            return self
        if self.min is None or self.max is None:
            raise ValueError(
                f"expected values, or both min and max, received min {self.min}, max {self.max}."
            )
        if self.min >= self.max:
            raise ValueError(f"expected min below max, received min {self.min}, max {self.max}.")
        if self.sampling == "log" and self.min <= 0:
            raise ValueError(
                f"expected a min above 0 for log sampling, received {self.min}: use linear "
                "sampling, or a small positive min."
            )
        return self


def default_space() -> dict[str, SearchDimension]:
    """What matters most on the data sets that were looked at."""
    return {
        "learning_rate": SearchDimension(min=1e-3, max=3e-2, sampling="log"),
        "l2": SearchDimension(min=1e-2, max=1.0, sampling="log"),
        "temperature": SearchDimension(min=0.1, max=2.0, sampling="log"),
        "alignment_weight": SearchDimension(min=1e-3, max=0.3, sampling="log"),
        "id_dropout": SearchDimension(min=0.0, max=0.5),
        "text_dropout": SearchDimension(min=0.0, max=0.5),
        "dropout": SearchDimension(min=0.0, max=0.5),
    }


class TuningConfig(FrozenConfig):
    """How hyper-parameters are searched before the model is trained."""

    trials: int = Field(
        0,
        ge=0,
        description="Models trained to compare their validation NDCG, at most; 0 for no search. "
        "Raised later on, the search goes on where it stopped.",
    )
    algorithm: Literal["random", "bayesian"] = Field(
        "random",
        description="random search, or Bayesian optimisation with a Gaussian process once a "
        "third of the trials were random.",
    )
    epochs: int | None = Field(
        None, ge=1, description="Epochs at most in a trial; the training section's if left out."
    )
    seed: int = Field(0, ge=0, description="Seed of the values that are tried.")
    space: dict[str, SearchDimension] = Field(
        default_factory=default_space,
        description="What is searched: settings of the training section, dots between sections.",
    )

    @model_validator(mode="after")
    def _something_to_search(self) -> "TuningConfig":
        if not self.space:
            raise ValueError(
                "expected one or more settings in space, received none: leave space out for the "
                "default one, or set trials to 0."
            )
        return self
