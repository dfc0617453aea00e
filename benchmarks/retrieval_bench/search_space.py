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
    "embedding_dim": Choice((64, 128)),
    "initial_stddev": Choice((0.01, 0.05)),
    "learning_rate": LogUniform(1e-3, 1e-2),
    "l2": LogUniform(0.1, 0.8),
}

TEXT: Mapping[str, Distribution] = {
    "alignment_weight": LogUniform(1e-3, 0.1),
    "coordination_weight": LogUniform(1e-3, 0.1),
    "correspondence_weight": LogUniform(1e-3, 0.3),
    "text_dimension": Choice((16, 32, 64)),
    "id_dropout": Choice((0.0, 0.1, 0.3)),
    "text_dropout": Choice((0.0, 0.1, 0.3)),
}

# Which variants are tuned, and over what; all others take the full model's settings.
SPACES: Mapping[str, Mapping[str, Distribution]] = {NO_TEXT: COMMON, FULL: {**COMMON, **TEXT}}

# What the first trial has over the configuration: the full model has no part switched off.
FIRST: Mapping[str, Mapping[str, Any]] = {
    NO_TEXT: {},
    FULL: {"coordination_weight": 0.01, "correspondence_weight": 0.01},
}


def draw(variant: str, trial: int, seed: int) -> dict[str, Any]:
    """The settings of a trial; those of the first trial are the configuration's own, and `FIRST`.

    Each field has a stream of its own, so that no field's draw hangs on which others there are.

    Args:
        variant: a key of `SPACES`.
        trial: counted from 0.
        seed: seeds all draws.
    """
    if trial == 0:
        return dict(FIRST[variant])
    return {
        field: distribution.draw(np.random.default_rng([seed, trial, zlib.crc32(field.encode())]))
        for field, distribution in SPACES[variant].items()
    }
