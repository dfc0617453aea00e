"""How the events are split."""

import enum

from pydantic import Field, model_validator

from lmmrec_tfrs.configuration import FrozenConfig


class SplitStrategy(enum.StrEnum):
    """How the events are divided into train, validation and test."""

    AUTO = "auto"
    LEAVE_LAST_OUT = "leave_last_out"
    GLOBAL_TIME = "global_time"
    RANDOM = "random"
    GIVEN = "given"


class ValidationSource(enum.StrEnum):
    """What validation is drawn from where the test events are given."""

    TRAIN = "train"
    TEST = "test"


class SplitConfig(FrozenConfig):
    """How the events are split.

    Leave-last-out holds out the last interaction of each user with three or more as test and
    the one before as validation. The global cut puts what happened after a moment into
    validation, after a later moment into test; events without a time count as the oldest. The
    random split takes, of each user with two or more, a share of at least one as test and, of
    users with five or more, a share of at least one as validation. Where the test events come in
    files of their own (`test_events`), the split is given: those are test, and validation is
    drawn from the others as in the random split, or from those of users with two or more. All
    events of a user with an item share a split.
    """

    strategy: SplitStrategy = Field(
        SplitStrategy.AUTO,
        description="auto takes given where there are test_events, else leave_last_out where at "
        "least 95% of the kept events have a timestamp, random otherwise; the choice is in the "
        "report.",
    )
    validation_fraction: float = Field(
        0.2, ge=0.0, lt=1.0, description="Share of a user's events in validation (random, given)."
    )
    validation_source: ValidationSource = Field(
        ValidationSource.TRAIN,
        description="What validation is drawn from where the split is given: train, or test. Texts "
        "that were written with all of train in sight, such as profiles, know a validation that "
        "was drawn from it.",
    )
    test_fraction: float = Field(
        0.2, ge=0.0, lt=1.0, description="Share of a user's events in test (random)."
    )
    validation_time: float = Field(
        0.8, gt=0.0, lt=1.0, description="Quantile of time where validation begins (global_time)."
    )
    test_time: float = Field(
        0.9, gt=0.0, lt=1.0, description="Quantile of time where test begins (global_time)."
    )
    seed: int = Field(13, ge=0, description="Seed of the random split and of ties in time.")

    @model_validator(mode="after")
    def _leave_something_to_train(self) -> "SplitConfig":
        held_out = self.validation_fraction + self.test_fraction
        if held_out >= 1.0:
            raise ValueError(
                f"split: expected validation_fraction + test_fraction < 1, received {held_out:g}. "
                "Lower one, so that something is left to train on."
            )
        if self.validation_time >= self.test_time:
            raise ValueError(
                "split: expected validation_time < test_time, received "
                f"{self.validation_time:g} and {self.test_time:g}. Validation lies before test."
            )
        return self
