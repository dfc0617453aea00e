"""Which cells a command consists of."""

from collections.abc import Sequence
from typing import Any

from lmmrec_tfrs.training.config import TrainingConfig

from .backbones import with_backbone
from .baselines import SEEDED, candidates
from .cells import BASELINE, Cell, Change
from .overrides import override
from .prepare import PreparedSet
from .search_space import BASE, SPACES, draw
from .tuning import TuningFolder
from .variants import FULL, VARIANTS

CLEAN = Change()
# The tuning's trainings have seeds that no final run has; those are counted from 0.
FIRST_TRIAL_SEED = 1000


def trials(
    prepared: PreparedSet,
    backbone: str,
    variant: str,
    num_trials: int,
    num_seeds: int,
    seed: int,
) -> list[tuple[dict[str, Any], list[Cell]]]:
    """The trials of one search: the settings of each, and its cells, one a seed.

    Raises:
        ValueError: a drawn setting does not exist.
    """
    found = []
    for trial in range(num_trials):
        settings = draw(backbone, variant, trial, seed)
        cells = [
            _model_cell(prepared, backbone, variant, settings, each, "validation", CLEAN)
            for each in range(FIRST_TRIAL_SEED, FIRST_TRIAL_SEED + num_seeds)
        ]
        found.append((settings, cells))
    return found


def model_cells(
    prepared: PreparedSet,
    backbone: str,
    variant: str,
    seeds: Sequence[int],
    tuning: TuningFolder,
    change: Change = CLEAN,
    tuned_on: PreparedSet | None = None,
) -> list[Cell]:
    """The final runs of a variant, one a seed, with the settings that its search chose.

    A variant without a search of its own takes the full model's settings, and its fields over
    them; without any search (`TuningFolder.settled`), the configuration's settings are taken,
    with `BASE` over them.

    Args:
        prepared: the data set.
        backbone: of the model.
        variant: a key of `VARIANTS`.
        seeds: of the trainings.
        tuning: the outcomes of the searches.
        change: what is done to the data.
        tuned_on: the data set whose search counts; none: the same.
    """
    source, searched = tuned_on or prepared, variant if variant in SPACES else FULL
    chosen = tuning.settled(source, backbone, searched)
    settings = chosen.settings if chosen else dict(BASE[searched])
    return [
        _model_cell(prepared, backbone, variant, settings, seed, "test", change) for seed in seeds
    ]


def baseline_cells(prepared: PreparedSet, name: str, seeds: Sequence[int]) -> list[Cell]:
    """The runs of a baseline: one, or one a seed where its outcome hangs on it."""
    return [
        Cell(
            data_set=prepared.name,
            data_digest=prepared.digest,
            system=name,
            variant=BASELINE,
            seed=seed,
            measures="test",
            settings={"candidates": [c.model_dump(mode="json") for c in candidates(name, seed)]},
        )
        for seed in (seeds if name in SEEDED else seeds[:1])
    ]


def check_settings(backbones: Sequence[str], variants: Sequence[str]) -> None:
    """Finds settings that do not exist before anything runs.

    Raises:
        ValueError: there is one.
    """
    for backbone in backbones:
        config = with_backbone(TrainingConfig(), backbone)
        for variant in variants:
            override(config, VARIANTS[variant], f"the variant {variant}")
            if variant in SPACES:
                override(config, draw(backbone, variant, 1, 0), f"the search space of {variant}")


def _model_cell(
    prepared: PreparedSet,
    backbone: str,
    variant: str,
    settings: dict[str, Any],
    seed: int,
    measures: str,
    change: Change,
) -> Cell:
    config = with_backbone(prepared.config.training, backbone)
    config = override(config, settings, f"{variant} with {backbone}")
    config = override(config, {**VARIANTS[variant], "seed": seed}, f"the variant {variant}")
    return Cell.model_validate(
        {
            "data_set": prepared.name,
            "data_digest": prepared.digest,
            "change": change,
            "system": backbone,
            "variant": variant,
            "seed": seed,
            "measures": measures,
            "settings": config.model_dump(mode="json"),
        }
    )
