"""The noise study: how much a model loses when texts or interactions are wrong."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from .cells import Cell, Change
from .markdown import number, table
from .measure import MAIN_METRIC
from .plan import model_cells
from .prepare import PreparedSet
from .results import SystemResult
from .tuning import TuningFolder
from .variants import FULL, NO_TEXT

SHARES = (0.05, 0.1, 0.2, 0.3)
VARIANTS = (NO_TEXT, FULL)


@dataclasses.dataclass(frozen=True)
class NoisyRuns:
    """The runs of a variant under one kind and share of noise."""

    kind: str
    share: float
    cells: tuple[Cell, ...]


def noise_runs(
    prepared: PreparedSet, backbone: str, seeds: Sequence[int], tuning: TuningFolder
) -> list[NoisyRuns]:
    """The runs of the noise study, the clean ones first; each seed draws noise of its own.

    Swapped texts mean nothing to a model without text, which therefore is not run on them.
    """
    runs = [
        NoisyRuns("none", 0.0, tuple(model_cells(prepared, backbone, variant, seeds, tuning)))
        for variant in VARIANTS
    ]
    for share in SHARES:
        for kind, variant in (
            ("swapped_texts", FULL),
            *(("random_interactions", variant) for variant in VARIANTS),
        ):
            changes = [
                Change.model_validate({"kind": kind, "share": share, "seed": s}) for s in seeds
            ]
            cells = [
                cell
                for seed, change in zip(seeds, changes, strict=True)
                for cell in model_cells(prepared, backbone, variant, [seed], tuning, change)
            ]
            runs.append(NoisyRuns(kind, share, tuple(cells)))
    return runs


def noise_table(
    found: Sequence[tuple[NoisyRuns, SystemResult]],
) -> tuple[str, list[dict[str, Any]]]:
    """The main metric under noise, relative to the same system's on clean data.

    Returns:
        The table in Markdown, and its rows for programs.
    """
    clean = {
        (result.data_set, result.label): result.mean(MAIN_METRIC)
        for runs, result in found
        if runs.kind == "none"
    }
    rows: list[dict[str, Any]] = []
    for runs, result in found:
        value, before = result.mean(MAIN_METRIC), clean.get((result.data_set, result.label))
        rows.append(
            {
                "data set": result.data_set,
                "system": result.label,
                "noise": runs.kind.replace("_", " "),
                "share": runs.share,
                "seeds": len(result.seeds),
                MAIN_METRIC: value,
                "relative to clean": value / before if value is not None and before else None,
            }
        )
    rows.sort(key=lambda row: (row["data set"], row["system"], row["noise"], row["share"]))
    header = list(rows[0]) if rows else []
    cells = [
        [
            row["data set"],
            row["system"],
            row["noise"],
            f"{row['share']:.0%}",
            str(row["seeds"]),
            number(row[MAIN_METRIC]),
            number(row["relative to clean"], ".1%"),
        ]
        for row in rows
    ]
    return table(header, cells), rows
