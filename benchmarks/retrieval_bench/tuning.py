"""Random search with equal budgets, on the validation split alone."""

from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig

from .atomic import write_json
from .cells import Cell
from .measure import MAIN_METRIC
from .store import CellStore


class Trial(FrozenConfig):
    """Settings and what they reached."""

    settings: dict[str, Any]
    validation: float = Field(description="Mean over the seeds; 0 where the training diverged.")


class Chosen(FrozenConfig):
    """The outcome of a search: the settings that did best on validation, and all trials."""

    data_set: str
    data_digest: str
    backbone: str
    variant: str
    seeds: tuple[int, ...]
    settings: dict[str, Any]
    validation: float
    trials: tuple[Trial, ...]


class TuningFolder:
    """Where the outcomes of searches lie, a file each."""

    def __init__(self, folder: Path):
        self.folder = folder

    def write(self, chosen: Chosen) -> None:
        """Keeps an outcome."""
        path = self._path(chosen.data_set, chosen.backbone, chosen.variant)
        write_json(path, chosen.model_dump(mode="json"))

    def remove(self, data_set: str, backbone: str, variant: str) -> None:
        """Forgets an outcome, if there is one."""
        self._path(data_set, backbone, variant).unlink(missing_ok=True)

    def read(self, data_set: str, data_digest: str, backbone: str, variant: str) -> Chosen | None:
        """An outcome; none where there was no search.

        Raises:
            ValueError: the search was on other data of that name.
        """
        path = self._path(data_set, backbone, variant)
        if not path.is_file():
            return None
        chosen = Chosen.model_validate_json(path.read_text(encoding="utf-8"))
        if chosen.data_digest != data_digest:
            raise ValueError(
                f"expected a search on the data {data_digest} of {data_set} in {path}, found one "
                f"on {chosen.data_digest}: run `tune` again, or remove the file."
            )
        return chosen

    def _path(self, data_set: str, backbone: str, variant: str) -> Path:
        return self.folder / data_set / f"{backbone}-{variant}.json"


def choose(store: CellStore, trials: list[tuple[dict[str, Any], list[Cell]]]) -> Chosen:
    """The best of finished trials; of equal ones the first.

    Args:
        store: where their outcomes are.
        trials: the settings of each, and its cells, one a seed.

    Raises:
        FileNotFoundError: one has not been run.
    """
    reached = [
        Trial(
            settings=settings,
            validation=float(
                np.mean([store.summary(cell)[f"validation {MAIN_METRIC}"] for cell in cells])
            ),
        )
        for settings, cells in trials
    ]
    best = max(reached, key=lambda trial: trial.validation)
    cells = trials[0][1]
    return Chosen(
        data_set=cells[0].data_set,
        data_digest=cells[0].data_digest,
        backbone=cells[0].system,
        variant=cells[0].variant,
        seeds=tuple(cell.seed for cell in cells),
        settings=best.settings,
        validation=best.validation,
        trials=tuple(reached),
    )
