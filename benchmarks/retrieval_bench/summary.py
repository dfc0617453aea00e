"""The short tables: what text, the method and each part are worth, a line for each system."""

from collections.abc import Mapping, Sequence

from .baselines import BASELINES
from .cells import BASELINE
from .comparisons import BEST, Comparison, best_on_validation
from .data_sets import DATA_SETS
from .markdown import number, probability, table
from .measure import MAIN_METRIC
from .results import SystemResult
from .variants import FULL, NO_TEXT, SHUFFLED_TEXT, VARIANTS

_BACKBONES = {
    "matrix_factorization": "matrix factorisation",
    "mlp": "MLP",
    "lightgcn": "LightGCN",
    "sasrec": "SASRec",
}
_BASELINES = {
    "most_popular": "most popular",
    "ease": "EASE",
    "ials": "iALS",
    "item_knn": "item-kNN",
}


def to_markdown(
    results: Sequence[SystemResult],
    comparisons: Sequence[Comparison],
    counts: Mapping[str, Mapping[str, int]],
) -> str:
    """The tables, each under a heading.

    Args:
        results: the systems of the report.
        comparisons: of them.
        counts: by data set, how much there is of everything.
    """
    sections = {
        "Systems": _systems(results, counts),
        "Against the same model without text": _against_controls(comparisons),
        "Against other systems": _against_baselines(comparisons),
        "What each part is worth": _parts(comparisons),
    }
    return "\n".join(f"## {title}\n\n{text}\n" for title, text in sections.items() if text)


def _systems(results: Sequence[SystemResult], counts: Mapping[str, Mapping[str, int]]) -> str:
    """The baselines, and the model with and without text, on the backbone best on validation."""
    rows = []
    for name in dict.fromkeys(result.data_set for result in results):
        here = [result for result in results if result.data_set == name]
        baselines = {each.system: each for each in here if each.variant == BASELINE}
        row = [
            _data_set(name),
            f"{counts[name]['test users']:,}",
            f"{counts[name]['candidates']:,}",
        ]
        for baseline in BASELINES:
            found = baselines.get(baseline)
            row.append(number(found.mean(MAIN_METRIC) if found else None))
        for variant in (NO_TEXT, FULL):
            best = best_on_validation([each for each in here if each.variant == variant])
            value = number(best.mean(MAIN_METRIC) if best else None)
            row.append(f"{value} ({_BACKBONES[best.system]})" if best else value)
        rows.append(row)
    names = [_BASELINES[name] for name in BASELINES]
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
                _BACKBONES[backbone],
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
    header = ["data", "best configuration", "NDCG@20", "best baseline", "NDCG@20"]
    return table([*header, "difference", "p", "p, Holm"], rows) if rows else ""


def _parts(comparisons: Sequence[Comparison]) -> str:
    """What leaving a part out changes, as a share of the full model's value."""
    parts = [name for name in VARIANTS if name not in (NO_TEXT, SHUFFLED_TEXT, FULL)]
    found = {(c.data_set, c.backbone, c.kind): c for c in comparisons if c.kind in parts}
    rows = []
    for data_set, backbone in dict.fromkeys((c.data_set, c.backbone) for c in found.values()):
        of_row = [found.get((data_set, backbone, part)) for part in parts]
        full = next(each.first_mean for each in of_row if each)
        cells = [
            f"{-each.difference / full:+.1%} (p {probability(each.p_value)})" if each else "-"
            for each in of_row
        ]
        rows.append([f"{_data_set(data_set)}, {_BACKBONES[backbone]}", number(full), *cells])
    header = ["", f"full, {MAIN_METRIC}", *(part.replace("_", " ") for part in parts)]
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


def _data_set(name: str) -> str:
    return DATA_SETS[name].title if name in DATA_SETS else name
