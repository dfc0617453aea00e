"""Random search with equal budgets, on the validation split alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig

from .atomic import write_json, write_text
from .cells import Cell
from .measure import MAIN_METRIC
from .prepare import PreparedSet
from .published_settings import PublishedSettings, read_settings
from .search_space import SPACES
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
    """Where the outcomes of searches lie, a file each; and those of the archive behind them."""

    def __init__(self, folder: Path, archive: Path):
        self.folder = folder
        self.archive = archive

    def settled(
        self, prepared: PreparedSet, backbone: str, variant: str
    ) -> Chosen | PublishedSettings | None:
        """What was chosen for a variant that is tuned; none where nothing was searched for.

        What is published counts for the data that it was found on, and where there is no search
        of the backbone here: the variants that are compared have the same budget.

        Raises:
            ValueError: the search failed here, or was on other data of that name.
        """
        for each in SPACES:
            failure = self._failure(prepared.name, backbone, each)
            if failure.is_file():
                raise ValueError(
                    f"expected a search of {prepared.name}/{backbone}/{each} that finished, found "
                    f"the note of one that failed, {failure}: run `tune` again, or remove the note "
                    "to go on with what else is known."
                )
        own = {each: self.read(prepared.name, prepared.digest, backbone, each) for each in SPACES}
        if any(own.values()):
            return own[variant]
        published = read_settings(self.archive).get((prepared.name, backbone, variant))
        return published if published and published.contents == prepared.contents.digest else None

    def all_settled(
        self, ready: Sequence[PreparedSet], backbones: Sequence[str]
    ) -> list[Chosen | PublishedSettings | None]:
        """What was chosen for each data set, each backbone and each variant that is tuned."""
        return [
            self.settled(prepared, backbone, variant)
            for prepared in ready
            for backbone in backbones
            for variant in SPACES
        ]

    def write(self, chosen: Chosen) -> None:
        """Keeps an outcome."""
        self._failure(chosen.data_set, chosen.backbone, chosen.variant).unlink(missing_ok=True)
        path = self._path(chosen.data_set, chosen.backbone, chosen.variant)
        write_json(path, chosen.model_dump(mode="json"))

    def write_failure(self, data_set: str, backbone: str, variant: str) -> None:
        """Notes that a search failed: what an earlier one chose does not stand in for it."""
        self._path(data_set, backbone, variant).unlink(missing_ok=True)
        write_text(self._failure(data_set, backbone, variant), "A trial of this search failed.\n")

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

    def _failure(self, data_set: str, backbone: str, variant: str) -> Path:
        return self._path(data_set, backbone, variant).with_suffix(".failed")


def settings_note(
    tuning: TuningFolder, ready: Sequence[PreparedSet], backbones: Sequence[str]
) -> str:
    """Where the settings of the models come from, in a sentence."""
    found = tuning.all_settled(ready, backbones)
    own = sum(isinstance(each, Chosen) for each in found)
    published = sum(isinstance(each, PublishedSettings) for each in found)
    return (
        f"Settings: {own} from searches here, {published} from published ones, "
        f"{len(found) - own - published} not tuned."
    )


def published(chosen: Chosen, prepared: PreparedSet) -> PublishedSettings:
    """An outcome as the archive keeps it."""
    return PublishedSettings(
        data_set=chosen.data_set,
        contents=prepared.contents.digest,
        backbone=chosen.backbone,
        variant=chosen.variant,
        trials=len(chosen.trials),
        trial_seeds=len(chosen.seeds),
        first_trial=chosen.trials[0].validation,
        validation=chosen.validation,
        settings=chosen.settings,
    )


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
