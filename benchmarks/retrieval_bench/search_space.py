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
    "l2": LogUniform(0.15, 0.7),
}

# Few beside the common ones: the more is drawn, the luckier is the one that wins.
TEXT: Mapping[str, Distribution] = {
    "alignment_weight": LogUniform(1e-3, 3e-2),
    "text_dropout": Choice((0.0, 0.1, 0.3)),
}

# Which variants are tuned, and over what; all others take the full model's settings.
SPACES: Mapping[str, Mapping[str, Distribution]] = {NO_TEXT: COMMON, FULL: {**COMMON, **TEXT}}

# Where a backbone's scale is another: SASRec's queries are no embeddings of their own, and what
# suits those leaves it with nothing but popularity.
OF_BACKBONE: Mapping[str, Mapping[str, Distribution]] = {"sasrec": {"l2": LogUniform(0.02, 0.4)}}

# What all trials have over the configuration: the full model has no part switched off.
BASE: Mapping[str, Mapping[str, Any]] = {
    NO_TEXT: {"early_stopping_patience": 10},
    FULL: {
        "early_stopping_patience": 10,
        "coordination_weight": 0.01,
        "correspondence_weight": 0.01,
    },
}


def draw(backbone: str, variant: str, trial: int, seed: int) -> dict[str, Any]:
    """The settings of a trial: `BASE`, and what is drawn; the first trial draws nothing.

    Each field has a stream of its own, so that no field's draw hangs on which others there are.

    Args:
        backbone: the model's; its distributions of `OF_BACKBONE` replace those of `SPACES`.
        variant: a key of `SPACES`.
        trial: counted from 0.
        seed: seeds all draws.
    """
    settings = dict(BASE[variant])
    if trial > 0:
        space = {**SPACES[variant], **OF_BACKBONE.get(backbone, {})}
        for field, distribution in space.items():
            rng = np.random.default_rng([seed, trial, zlib.crc32(field.encode())])
            settings[field] = distribution.draw(rng)
    return settings
