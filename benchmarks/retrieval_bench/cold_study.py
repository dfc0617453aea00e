"""The cold study: what is found where training has seen little or nothing."""

from collections.abc import Sequence
from typing import Any

from lmmrec_tfrs.evaluation.bootstrap import paired_bootstrap_over_seeds
from lmmrec_tfrs.evaluation.holm import holm

from .cells import BASELINE, Cell
from .cold import Side
from .markdown import number, probability, table
from .measure import GROUPS
from .plan import baseline_cells, model_cells
from .prepare import PreparedSet
from .results import SystemResult
from .tuning import TuningFolder
from .variants import FULL, NO_TEXT, SHUFFLED_TEXT

VARIANTS = (NO_TEXT, SHUFFLED_TEXT, FULL)
_BASELINE = "most_popular"
_METRIC = "recall@20"


def cold_runs(
    cold: PreparedSet,
    source: PreparedSet,
    backbones: Sequence[str],
    seeds: Sequence[int],
    tuning: TuningFolder,
) -> list[list[Cell]]:
    """The runs on data with items or users withheld, with the settings tuned on the whole."""
    models = [
        model_cells(cold, backbone, variant, seeds, tuning, tuned_on=source)
        for backbone in backbones
        for variant in VARIANTS
    ]
    return [baseline_cells(cold, _BASELINE, seeds), *models]


def cold_table(
    results: Sequence[tuple[Side, PreparedSet, SystemResult]], samples: int
) -> tuple[str, list[dict[str, Any]]]:
    """Recall of what has 0, 1 to 4, and 5 or more training interactions, full against no text.

    Args:
        results: with what was withheld, and the data set.
        samples: resamples of the bootstrap.

    Returns:
        The table in Markdown, and its rows for programs.
    """
    rows: list[dict[str, Any]] = []
    for side, cold, result in results:
        slices = [f"{side[:-1]}_history={group}/{_METRIC}" for group in GROUPS]
        controls = {
            other.variant: other
            for _, _, other in results
            if (other.data_set, other.system) == (result.data_set, result.system)
        }
        without = controls.get(NO_TEXT) if result.variant == FULL else None
        coldest = slices[0]
        row = {
            "data set": result.data_set,
            "system": result.label,
            "seeds": len(result.seeds),
            "chance": min(1.0, 20 / cold.counts["candidates"]),
            **{group: result.mean(name) for group, name in zip(GROUPS, slices, strict=True)},
            "users measured": int(result.values[coldest].shape[1]),
            "times no text": None,
            "p": None,
        }
        if without and result.values[coldest].size and result.variant != BASELINE:
            before, value = without.mean(coldest), result.mean(coldest)
            if before and value is not None:
                row["times no text"] = value / before
            row["p"] = paired_bootstrap_over_seeds(
                result.values[coldest], without.values[coldest], samples
            ).p_value
        rows.append(row)
    tested = [row for row in rows if row["p"] is not None]
    for row, adjusted in zip(tested, holm([row["p"] for row in tested]), strict=True):
        row["p, Holm"] = adjusted
    header = [
        "data set",
        "system",
        "seeds",
        "chance",
        *(f"{group} interactions" for group in GROUPS),
        "users measured at 0",
        "times no text",
        "p",
        "p, Holm",
    ]
    cells = [
        [
            row["data set"],
            row["system"],
            str(row["seeds"]),
            number(row["chance"]),
            *(number(row[group]) for group in GROUPS),
            str(row["users measured"]),
            number(row["times no text"], ".1f"),
            *(
                "-" if row.get(name) is None else probability(row[name])
                for name in ("p", "p, Holm")
            ),
        ]
        for row in rows
    ]
    return table(header, cells), rows
