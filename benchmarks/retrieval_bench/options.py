"""What the command line says, and where things are."""

import dataclasses
from pathlib import Path

from .prepare import PreparedSet, prepare
from .store import CellStore
from .tuning import TuningFolder


@dataclasses.dataclass(frozen=True)
class Options:
    """What the command line says."""

    data: Path
    output: Path
    prepared: Path
    archive: Path
    sets: list[str]
    backbones: list[str]
    variants: list[str]
    baselines: list[str]
    seeds: tuple[int, ...]
    trials: int
    trial_seeds: int
    search_seed: int
    jobs: int
    threads: int
    samples: int
    cold_share: float
    cold_seed: int
    pages: list[Path]

    @property
    def store(self) -> CellStore:
        """Where the cells' outcomes are."""
        return CellStore(self.output / "cells")

    @property
    def tuning(self) -> TuningFolder:
        """Where the outcomes of searches are."""
        return TuningFolder(self.output / "tuning", self.archive)

    def prepare(self) -> list[PreparedSet]:
        """The data sets that are ready, after preparing those that were not."""
        return prepare(self.sets, self.data, self.prepared)
