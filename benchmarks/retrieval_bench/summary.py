"""The short tables: what text, the method and each part are worth, a line for each system."""

import dataclasses
from collections.abc import Sequence

from .baselines import BASELINES
from .cells import BASELINE
from .comparisons import BEST, Comparison, best_on_validation
from .data_sets import DATA_SETS
from .markdown import number, probability, table
from .measure import MAIN_METRIC
from .report import Report
from .results import SystemResult
from .variants import FULL, NO_TEXT, SHUFFLED_TEXT, VARIANTS

# What tables call them; another one goes by its own name.
_NAMES = {
    "matrix_factorization": "matrix factorisation",
    "mlp": "MLP",
    "lightgcn": "LightGCN",
    "sasrec": "SASRec",
    "most_popular": "most popular",
    "ease": "EASE",
    "ials": "iALS",
    "item_knn": "item-kNN",
}


@dataclasses.dataclass(frozen=True)
class Section:
    """A short table.

    Attributes:
        name: what pages that show it call it.
        title: its heading.
        caption: what it says.
        table: as Markdown; empty where nothing that it shows was run.
    """

    name: str
    title: str
    caption: str
    table: str


def sections(report: Report) -> list[Section]:
    """The tables.

    Args:
        report: whose figures they show.
    """
    intervals = (
        f"Differences in {MAIN_METRIC} as shares of the second system's mean, with 95% intervals "
        f"of the difference; p by a paired bootstrap over users and seeds ({report.samples:,} "
        "samples), and after Holm's correction over both tables of such differences."
    )
    return [
        Section(
            "systems",
            "Systems",
            f"Means of {MAIN_METRIC} over users and seeds. Of the model with and without text that "
            "of the backbone that is best on validation, of those that were run.",
            _systems(report),
        ),
        Section(
            "controls",
            "Against the same model without text",
            intervals,
            _against_controls(report.comparisons),
        ),
        Section(
            "baselines",
            "Against other systems",
            f"{intervals} The configuration, and the baseline, that are best on validation.",
            _against_baselines(report.comparisons),
        ),
        Section(
            "parts",
            "What leaving a part out changes",
            f"Change of {MAIN_METRIC} as a share of the full model's: a negative one speaks for "
            "the part; p as above, not corrected.",
            _parts(report.comparisons),
        ),
        Section(
            "parts_overall",
            "What leaving a part out changes, over all data sets and backbones",
            f"Of how many rows of the table above {MAIN_METRIC} is lower, and higher, without the "
            "part, the mean of their changes, and the least p, which Holm's correction is over all "
            "of that table. The rows are not independent, and there is no test over them.",
            _parts_overall(report.comparisons),
        ),
    ]


def to_markdown(report: Report) -> str:
    """The tables, each under a heading and with what it says.

    Args:
        report: whose figures they show.
    """
    shown = [f"## {s.title}\n\n{s.caption}\n\n{s.table}" for s in sections(report) if s.table]
    if report.missing:
        shown.append(f"{len(report.missing):,} runs are missing; the report lists them.")
    return "\n\n".join([report.header(), *shown]) + "\n"


def _systems(report: Report) -> str:
    rows = []
    for name in dict.fromkeys(result.data_set for result in report.results):
        here = [result for result in report.results if result.data_set == name]
        baselines = {each.system: each for each in here if each.variant == BASELINE}
        counts = report.counts[name]
        row = [_data_set(name), f"{counts['test users']:,}", f"{counts['candidates']:,}"]
        row += [_mean(baselines.get(baseline)) for baseline in BASELINES]
        for variant in (NO_TEXT, FULL):
            best = best_on_validation([each for each in here if each.variant == variant])
            row.append(_mean(best) + (f" ({_name(best.system)})" if best else ""))
        rows.append(row)
    names = [_name(name) for name in BASELINES]
    header = ["data", "test users", "items", *names, "model without text", "model with text"]
    return table(header, rows) if rows else ""


def _against_controls(comparisons: Sequence[Comparison]) -> str:
    found = {(each.data_set, each.backbone, each.kind): each for each in comparisons}
    rows = []
    for data_set, backbone in dict.fromkeys((c.data_set, c.backbone) for c in comparisons):
        without = found.get((data_set, backbone, NO_TEXT))
        shuffled = found.get((data_set, backbone, SHUFFLED_TEXT))
        known = without or shuffled
        if known is None:
            continue
        rows.append(
            [
                _data_set(data_set),
                _name(backbone),
                number(without.second_mean if without else None),
                number(shuffled.second_mean if shuffled else None),
                number(known.first_mean),
                *_gain(without),
                *_gain(shuffled),
            ]
        )
    header = ["data", "backbone", "no text", "shuffled", "full"]
    for control in ("no text", "shuffled"):
        header += [f"full against {control}", "p", "p, Holm"]
    return table(header, rows) if rows else ""


def _against_baselines(comparisons: Sequence[Comparison]) -> str:
    rows = [
        [
            _data_set(each.data_set),
            each.first,
            number(each.first_mean),
            each.second,
            number(each.second_mean),
            *_gain(each),
        ]
        for each in comparisons
        if each.kind == BEST
    ]
    header = ["data", "best configuration", MAIN_METRIC, "best baseline", MAIN_METRIC]
    return table([*header, "difference", "p", "p, Holm"], rows) if rows else ""


# What the full model is compared with that is neither a control nor the whole.
_PARTS = [name for name in VARIANTS if name not in (NO_TEXT, SHUFFLED_TEXT, FULL)]


def _parts(comparisons: Sequence[Comparison]) -> str:
    found = {(c.data_set, c.backbone, c.kind): c for c in comparisons if c.kind in _PARTS}
    rows = []
    for data_set, backbone in dict.fromkeys((c.data_set, c.backbone) for c in found.values()):
        of_row = [found.get((data_set, backbone, part)) for part in _PARTS]
        full = next(each.first_mean for each in of_row if each)
        rows.append(
            [
                f"{_data_set(data_set)}, {_name(backbone)}",
                number(full),
                *(_change(each) if each else "-" for each in of_row),
            ]
        )
    header = ["", f"full, {MAIN_METRIC}", *(part.replace("_", " ") for part in _PARTS)]
    return table(header, rows) if rows else ""


def _parts_overall(comparisons: Sequence[Comparison]) -> str:
    rows = []
    for part in _PARTS:
        of_part = [each for each in comparisons if each.kind == part and each.first_mean]
        if not of_part:
            continue
        # The comparison is the full model minus that without the part.
        changes = [-each.difference / each.first_mean for each in of_part]
        rows.append(
            [
                part.replace("_", " "),
                str(len(changes)),
                str(sum(change < 0 for change in changes)),
                str(sum(change > 0 for change in changes)),
                number(sum(changes) / len(changes), "+.1%"),
                probability(min(each.p_value for each in of_part)),
                probability(min(each.adjusted_p_value for each in of_part)),
            ]
        )
    header = ["", "rows", "lower", "higher", "mean change", "least p", "least p, Holm"]
    return table(header, rows) if rows else ""


def _gain(comparison: Comparison | None) -> tuple[str, str, str]:
    """The relative difference with its interval, p, and p after Holm."""
    if comparison is None:
        return ("-", "-", "-")
    base = comparison.second_mean
    shares = [comparison.difference, comparison.low, comparison.high]
    relative, low, high = (number(share / base if base else None, "+.1%") for share in shares)
    return (
        f"{relative} [{low}, {high}]",
        probability(comparison.p_value),
        probability(comparison.adjusted_p_value),
    )


def _change(comparison: Comparison) -> str:
    """What leaving a part out changes; the comparison is the full model minus that."""
    full = comparison.first_mean
    change = number(-comparison.difference / full if full else None, "+.1%")
    return f"{change} (p {probability(comparison.p_value)})"


def _mean(result: SystemResult | None) -> str:
    return number(result.mean(MAIN_METRIC) if result else None)


def _name(system: str) -> str:
    return _NAMES.get(system, system.replace("_", " "))


def _data_set(name: str) -> str:
    return DATA_SETS[name].title if name in DATA_SETS else name
