"""The width study: whether either model is held down by the widths that its search draws from."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from lmmrec_tfrs.evaluation.bootstrap import paired_bootstrap_over_seeds
from lmmrec_tfrs.training.config import TrainingConfig

from .cells import Cell
from .comparisons import best_on_validation
from .markdown import number, probability, table
from .measure import MAIN_METRIC
from .overrides import override
from .plan import model_cells
from .prepare import PreparedSet
from .results import SystemResult
from .tuning import TuningFolder
from .variants import FULL, NO_TEXT

WIDTHS = (64, 128, 256, 512)
VARIANTS = (NO_TEXT, FULL)
BEST = "best on validation"


@dataclasses.dataclass(frozen=True)
class WideRuns:
    """The runs of a variant with embeddings of one width."""

    width: int
    cells: tuple[Cell, ...]


def width_runs(
    prepared: PreparedSet, backbone: str, seeds: Sequence[int], tuning: TuningFolder
) -> list[WideRuns]:
    """The model without text and the full one at each width, else with the settings chosen."""
    return [
        WideRuns(width, tuple(_with_width(cell, width) for cell in cells))
        for variant in VARIANTS
        for cells in [model_cells(prepared, backbone, variant, seeds, tuning)]
        for width in WIDTHS
    ]


def _with_width(cell: Cell, width: int) -> Cell:
    config = TrainingConfig.model_validate(cell.settings)
    wide = override(config, {"embedding_dim": width}, "the width study")
    return cell.model_copy(update={"settings": wide.model_dump(mode="json")})


def width_table(
    found: Sequence[tuple[WideRuns, SystemResult]], samples: int
) -> tuple[str, list[dict[str, Any]]]:
    """Full against no text at each width, and at the width that is best for each.

    Args:
        found: the runs and what came of them.
        samples: resamples of the bootstrap.

    Returns:
        The table in Markdown, and its rows for programs.
    """
    rows: list[dict[str, Any]] = []
    for data_set, backbone in dict.fromkeys((r.data_set, r.system) for _, r in found):
        of_variant = {
            variant: {
                runs.width: result
                for runs, result in found
                if (result.data_set, result.system, result.variant) == (data_set, backbone, variant)
            }
            for variant in VARIANTS
        }
        without, full = of_variant[NO_TEXT], of_variant[FULL]
        pairs: list[tuple[str, SystemResult | None, SystemResult | None]] = [
            (str(width), without.get(width), full.get(width)) for width in WIDTHS
        ]
        best = [best_on_validation(list(each.values())) for each in (without, full)]
        pairs.append((BEST, best[0], best[1]))
        rows += [
            {"data set": data_set, "backbone": backbone, "width": width, **_compared(a, b, samples)}
            for width, a, b in pairs
            if a is not None and b is not None
        ]
    header = [
        "data set",
        "backbone",
        "width",
        "seeds",
        "no text, validation",
        "no text, test",
        "full, validation",
        "full, test",
        "difference on test",
        "p",
    ]
    cells = [
        [
            row["data set"],
            row["backbone"].replace("_", " "),
            row["width"],
            str(row["seeds"]),
            *(number(row[name]) for name in header[4:8]),
            number(row["difference on test"], "+.1%"),
            probability(row["p"]),
        ]
        for row in rows
    ]
    return table(header, cells), rows


def _compared(without: SystemResult, full: SystemResult, samples: int) -> dict[str, Any]:
    """Both models, and the one minus the other as a share of it; on test over the seeds of both."""
    seeds = [seed for seed in without.seeds if seed in full.seeds]
    before, after = (
        result.values[MAIN_METRIC][[result.seeds.index(seed) for seed in seeds]]
        for result in (without, full)
    )
    test = paired_bootstrap_over_seeds(after, before, samples) if seeds else None
    mean = float(before.mean()) if seeds else None
    return {
        "seeds": len(seeds),
        "no text, validation": without.validation,
        "no text, test": mean,
        "full, validation": full.validation,
        "full, test": float(after.mean()) if seeds else None,
        "difference on test": test.difference / mean if test and mean else None,
        "p": test.p_value if test else None,
    }
