"""The tables of the final runs, for people and for programs."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from .cells import Cell
from .comparisons import BEST, MAIN_KINDS, Comparison
from .machine import describe_machine, versions
from .markdown import number, probability, table
from .measure import GROUPS, KS, MAIN_METRIC, METRICS
from .published_settings import PublishedSettings
from .results import SystemResult, code_note, code_states, provenance_note
from .search_space import SPACES
from .tuning import Chosen

_METRICS = tuple(f"{metric}@{k}" for metric in METRICS for k in KS)


@dataclasses.dataclass(frozen=True)
class Report:
    """All that a report shows.

    Attributes:
        counts: by data set, how much there is of everything.
        results: the systems.
        comparisons: of them.
        searches: the outcomes of the tuning, own or published.
        identical: pairs of systems that have the same settings, or agree on every user.
        missing: the cells that have not been run.
        samples: resamples of the bootstrap.
    """

    counts: Mapping[str, Mapping[str, int]]
    results: Sequence[SystemResult]
    comparisons: Sequence[Comparison]
    searches: Sequence[Chosen | PublishedSettings]
    identical: Sequence[str]
    missing: Sequence[Cell]
    samples: int

    def to_json(self) -> dict[str, Any]:
        """The report as JSON's types."""
        return {
            "machine": describe_machine(),
            "versions": versions(),
            "code": code_states(self.results),
            "bootstrap samples": self.samples,
            "data sets": {name: dict(counts) for name, counts in self.counts.items()},
            "systems": [_system(result) for result in self.results],
            "comparisons": [
                {**dataclasses.asdict(each), "relative": each.relative} for each in self.comparisons
            ],
            "searches": [chosen.model_dump(mode="json") for chosen in self.searches],
            "identical": list(self.identical),
            "missing": [cell.title for cell in self.missing],
        }

    def to_markdown(self) -> str:
        """The report as tables."""
        main = [each for each in self.comparisons if each.kind in MAIN_KINDS]
        of_parts = [each for each in self.comparisons if each.kind not in MAIN_KINDS]
        parts = [
            self.header(),
            self.data_table(),
            f"## Systems\n\nMeans over users and seeds, ± the standard deviation of the seeds of "
            f"{MAIN_METRIC}. Training time is the median of whole trainings with several at once; "
            "examples a second include validation and compiling.\n\n" + self._systems_table(),
            f"## Comparisons\n\nDifferences in {MAIN_METRIC} with 95% intervals; p by a paired "
            f"bootstrap over users and seeds ({self.samples:,} samples), and after Holm's "
            f"correction over the {len(main)} comparisons of this table. The best configuration "
            "and the best baseline are those that are best on validation.\n\n"
            + self._comparisons_table(main),
            "## By how much history there is\n\nRecall@20 of users, and of items to be found, by "
            "their number of training interactions.\n\n" + self._slices_table(),
        ]
        if of_parts:
            parts.append(
                "## What each part is worth\n\nThe full model minus the same without a part; a "
                "positive difference speaks for it. Holm's correction over these "
                f"{len(of_parts)} comparisons.\n\n" + self._comparisons_table(of_parts)
            )
        parts.append("## Settings chosen on validation\n\n" + self._searches())
        if self.identical:
            listed = "\n".join(f"- {pair}" for pair in self.identical)
            parts.append(
                "## Identical outcomes\n\nWhat tells these systems apart has no effect: find out "
                f"why before you make anything of them.\n\n{listed}"
            )
        if self.missing:
            parts.append("## Not run\n\n" + self._missing_list())
        return "\n\n".join(parts) + "\n"

    def header(self) -> str:
        """Where, with what and with which seeds the runs were made."""
        listed = ", ".join(f"{name} {version}" for name, version in versions().items())
        seeds = sorted({seed for result in self.results for seed in result.seeds})
        header = f"{describe_machine()}; {listed}; seeds {', '.join(map(str, seeds))}."
        return "\n\n".join([header, *provenance_note(self.results), *code_note(self.results)])

    def data_table(self) -> str:
        """How much there is of everything, a line for each data set."""
        names = list(next(iter(self.counts.values()), {}))
        rows = [[name, *(f"{c[each]:,}" for each in names)] for name, c in self.counts.items()]
        return table(["data set", *names], rows)

    def _systems_table(self) -> str:
        header = ["data set", "system", *_METRICS, f"validation {MAIN_METRIC}", "seeds"]
        rows = []
        for result in self.results:
            values = [number(result.mean(metric)) for metric in _METRICS]
            values[-1] += f" ± {result.deviation(MAIN_METRIC):.4f}"
            seconds = number(result.median("seconds"), ".0f")
            speed = number(result.median("examples per second"), ",.0f")
            epochs = number(result.median("epochs"), ".0f")
            rows.append(
                [
                    result.data_set,
                    result.label,
                    *values,
                    number(result.validation),
                    str(len(result.seeds)),
                    seconds,
                    epochs,
                    speed,
                ]
            )
        return table([*header, "training, s", "epochs", "examples a second"], rows)

    def _comparisons_table(self, comparisons: Sequence[Comparison]) -> str:
        rows = [
            [
                each.data_set,
                f"{each.first} (best)" if each.kind == BEST else each.first,
                f"{each.second} (best)" if each.kind == BEST else each.second,
                f"{each.difference:+.4f} [{each.low:+.4f}, {each.high:+.4f}]",
                number(each.relative, "+.1%"),
                probability(each.p_value),
                probability(each.adjusted_p_value),
            ]
            for each in comparisons
        ]
        header = ["data set", "system", "minus", "difference", "relative", "p", "p, Holm"]
        return table(header, rows)

    def _slices_table(self) -> str:
        slices = [f"{side}_history={group}" for side in ("user", "item") for group in GROUPS]
        rows = [
            [
                result.data_set,
                result.label,
                *(number(result.mean(f"{name}/recall@20")) for name in slices),
            ]
            for result in self.results
        ]
        return table(["data set", "system", *(name.replace("_", " ") for name in slices)], rows)

    def _missing_list(self) -> str:
        seeds: dict[tuple[str, str, str], list[int]] = {}
        for cell in self.missing:
            seeds.setdefault((cell.data_set, cell.system, cell.variant), []).append(cell.seed)
        variants: dict[tuple[str, str, tuple[int, ...]], list[str]] = {}
        for (data_set, system, variant), of_system in seeds.items():
            variants.setdefault((data_set, system, tuple(of_system)), []).append(variant)
        lines = [
            f"- {data_set}, "
            + f"{system}, seeds {', '.join(map(str, of_system))}: {', '.join(names)}".replace(
                "_", " "
            )
            for (data_set, system, of_system), names in variants.items()
        ]
        return "\n".join(lines)

    def _searches(self) -> str:
        searched = {(c.data_set, c.backbone, c.variant) for c in self.searches}
        without = [
            f"- {result.data_set}: {result.label}"
            for result in self.results
            if result.variant in SPACES
            and (result.data_set, result.system, result.variant) not in searched
        ]
        note = "\n".join(
            ["**Not tuned**, with the settings of a search's first trial:\n", *without]
        )
        return "\n\n".join([self._searches_table(), *([note] if without else [])])

    def _searches_table(self) -> str:
        rows = [
            [
                chosen.data_set,
                f"{chosen.backbone}, {chosen.variant}".replace("_", " "),
                *_trials(chosen),
                number(chosen.validation),
                ", ".join(f"{field} {value}" for field, value in chosen.settings.items())
                or "as configured",
            ]
            for chosen in self.searches
        ]
        header = ["data set", "system", "trials", "first trial", "chosen", "settings"]
        return table(header, rows)


def _trials(chosen: Chosen | PublishedSettings) -> tuple[str, str]:
    """How many trials there were, and what the first reached."""
    if isinstance(chosen, PublishedSettings):
        return f"{chosen.trials} (published)", number(chosen.first_trial)
    return str(len(chosen.trials)), number(chosen.trials[0].validation)


def _system(result: SystemResult) -> dict[str, Any]:
    return {
        "data set": result.data_set,
        "system": result.system,
        "variant": result.variant,
        "seeds": list(result.seeds),
        "means": {name: result.mean(name) for name in result.metrics},
        "deviation of the seeds": {metric: result.deviation(metric) for metric in _METRICS},
        f"validation {MAIN_METRIC}": result.validation,
        "seconds": result.median("seconds"),
        "epochs": result.median("epochs"),
        "examples per second": result.median("examples per second"),
        "settings": result.settings,
    }
