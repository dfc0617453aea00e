"""What tuning draws: the one table to edit.

The baseline without text and the full model get the same number of trials and, trial by trial,
the same draws of what they have in common; the full model's own weights are drawn beside them.
"""

import dataclasses
import math
import zlib
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from .variants import FULL, NO_TEXT


class Distribution(Protocol):
    """Whatever a setting is drawn from."""

    def draw(self, rng: np.random.Generator) -> Any:
        """One value."""


@dataclasses.dataclass(frozen=True)
class LogUniform:
    """Uniform in the logarithm, from `low` to `high`."""

    low: float
    high: float

    def draw(self, rng: np.random.Generator) -> float:
        """One value, to three digits: more would say nothing."""
        value = math.exp(rng.uniform(math.log(self.low), math.log(self.high)))
        return float(f"{value:.3g}")


@dataclasses.dataclass(frozen=True)
class Choice:
    """One of some values, each as likely as the others."""

    values: tuple[Any, ...]

    def draw(self, rng: np.random.Generator) -> Any:
        """One value."""
        return self.values[rng.integers(len(self.values))]


COMMON: Mapping[str, Distribution] = {
    "learning_rate": LogUniform(1e-3, 3e-2),
    "l2": LogUniform(0.01, 1.0),
    "dropout": Choice((0.0, 0.1, 0.2, 0.4)),
    "id_dropout": Choice((0.0, 0.1, 0.2, 0.3)),
    "temperature": Choice((0.2, 0.5, 1.0)),
    "loss": Choice(("sampled_softmax", "full_softmax")),
}

TEXT: Mapping[str, Distribution] = {
    "alignment_weight": LogUniform(1e-3, 0.3),
    "coordination_weight": LogUniform(1e-3, 0.3),
    "correspondence_weight": LogUniform(1e-3, 1.0),
    "text_dropout": Choice((0.0, 0.1, 0.2, 0.4)),
}

# Which variants are tuned, and over what; all others take the full model's settings.
SPACES: Mapping[str, Mapping[str, Distribution]] = {NO_TEXT: COMMON, FULL: {**COMMON, **TEXT}}


def draw(variant: str, trial: int, seed: int) -> dict[str, Any]:
    """The settings of a trial; those of the first trial are the configuration's own.

    Each field has a stream of its own, so that no field's draw hangs on which others there are.

    Args:
        variant: a key of `SPACES`.
        trial: counted from 0.
        seed: seeds all draws.
    """
    if trial == 0:
        return {}
    return {
        field: distribution.draw(np.random.default_rng([seed, trial, zlib.crc32(field.encode())]))
        for field, distribution in SPACES[variant].items()
    }
