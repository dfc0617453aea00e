"""The finished runs of a report: each system's values, user by user and seed by seed."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from .cells import BASELINE, Cell
from .machine import code_digest, describe_machine, versions
from .measure import MAIN_METRIC
from .store import CellStore

# Marks the summary of a run that came from the archive, with the digest of its data.
RESTORED = "restored from data"
_VALIDATION = f"validation {MAIN_METRIC}"


@dataclasses.dataclass(frozen=True)
class SystemResult:
    """A variant of the model with a backbone, or a baseline, on one data set.

    Attributes:
        data_set: its name.
        system: the backbone or the baseline.
        variant: of the model; "baseline" for a baseline.
        seeds: those that were run.
        values: by metric, and by slice and metric, float64 `[num_seeds, num_users]`; of runs that
            were restored from the archive the main metric alone.
        summaries: what else is known of each run, the means of all metrics among it.
    """

    data_set: str
    system: str
    variant: str
    seeds: tuple[int, ...]
    values: dict[str, np.ndarray]
    summaries: tuple[dict[str, Any], ...]

    @property
    def label(self) -> str:
        """What tables call it."""
        if self.variant == BASELINE:
            return self.system.replace("_", " ")
        return f"{self.system}, {self.variant}".replace("_", " ")

    @property
    def validation(self) -> float:
        """The mean over seeds that choices are made by."""
        return float(np.mean([summary[_VALIDATION] for summary in self.summaries]))

    @property
    def settings(self) -> Any:
        """What was chosen for a baseline; the training configuration of a model's first seed."""
        first = self.summaries[0]
        return first["chosen"] if self.variant == BASELINE else first["cell"]["settings"]

    @property
    def metrics(self) -> list[str]:
        """All of which there is a mean, of each slice too."""
        noted = self.summaries[0].get("metrics", {})
        return list(dict.fromkeys([*self.values, *noted]))

    def mean(self, metric: str) -> float | None:
        """The mean over users and seeds; none where a slice has no users."""
        means = self._means(metric)
        return float(means.mean()) if means.size else None

    def deviation(self, metric: str) -> float:
        """The standard deviation of the seeds' means, 0 for one seed."""
        means = self._means(metric)
        return float(means.std(ddof=1)) if len(means) > 1 else 0.0

    def _means(self, metric: str) -> np.ndarray:
        """The mean of each seed; nothing where a slice has no users."""
        if metric in self.values:
            values = self.values[metric]
            return values.mean(axis=1) if values.size else np.zeros(0)
        noted = [summary.get("metrics", {}) for summary in self.summaries]
        means = [each[metric] for each in noted if metric in each]
        if len(means) not in (0, len(noted)):
            raise ValueError(
                f"expected {metric} of all seeds of {self.data_set}: {self.label}, found it of "
                f"{len(means)} in {len(noted)}: run the others anew."
            )
        return np.array(means)

    def median(self, entry: str) -> float | None:
        """The median over seeds of a number that was noted, as of the seconds of training."""
        found = [summary[entry] for summary in self.summaries if entry in summary]
        return float(np.median(found)) if found else None


def code_states(results: Sequence[SystemResult]) -> dict[str, list[str]]:
    """The states of the code that the runs were made with, and of each the systems."""
    pairs = {
        (summary["code"], result.system.replace("_", " "))
        for result in results
        for summary in result.summaries
    }
    states: dict[str, list[str]] = {}
    for state, system in sorted(pairs):
        states.setdefault(state, []).append(system)
    return states


def provenance_note(results: Sequence[SystemResult]) -> list[str]:
    """What a table must say of runs that were not made here: nothing, if all were."""
    summaries = [summary for result in results for summary in result.summaries]
    notes = []
    restored = sum(RESTORED in summary for summary in summaries)
    if restored:
        notes.append(f"{restored:,} of {len(summaries):,} runs come from the archive.")
    here = {"machine": describe_machine(), **versions()}
    others = {
        ", ".join(differing)
        for summary in summaries
        if "machine" in summary
        for there in [{"machine": summary["machine"], **summary["versions"]}]
        for differing in [[f"{k} {v}" for k, v in there.items() if here.get(k) != v]]
        if differing
    }
    if others:
        notes.append(f"**Runs of another machine or other versions**: {'; '.join(sorted(others))}.")
    return notes


def code_note(results: Sequence[SystemResult]) -> list[str]:
    """What a table must say of the code behind it: nothing, if that is the present code."""
    present = code_digest()
    others = [
        f"{state} ({', '.join(systems)})"
        for state, systems in code_states(results).items()
        if state != present
    ]
    if not others:
        return []
    return [
        f"**Runs of other states of the code** than the present one, {present}: "
        f"{', '.join(others)}. Results of before a change that matters must not be compared with "
        "those of after it: an empty output folder makes them anew."
    ]


def read_result(
    store: CellStore, cells: Sequence[Cell], slices: bool = True
) -> SystemResult | None:
    """Reads the runs of one system, one a seed; none where there are none.

    Args:
        store: where the outcomes are.
        cells: of the system.
        slices: whether the slices are read, whose users are others where each seed changes the
            data in its own way.

    Raises:
        ValueError: one diverged, or they measured other users.
    """
    outcomes = [(cell, store.read(cell)) for cell in cells if store.has(cell)]
    if not outcomes:
        return None
    diverged = [cell.title for cell, outcome in outcomes if outcome.summary["diverged"]]
    if diverged:
        raise ValueError(
            f"expected finite vectors, but the training of {', '.join(diverged)} diverged: choose "
            "another search space, and tune again."
        )
    arrays = [
        {name: array for name, array in outcome.arrays.items() if slices or "/" not in name}
        for _, outcome in outcomes
    ]
    # Of runs from the archive there are fewer arrays than of those that were made here.
    shared = [name for name in arrays[0] if all(name in of_seed for of_seed in arrays)]
    if MAIN_METRIC not in shared:
        raise ValueError(f"expected {MAIN_METRIC} of all seeds of {cells[0].title}.")
    for name in shared:
        if name.endswith("users") and not all(
            np.array_equal(arrays[0][name], a[name]) for a in arrays
        ):
            raise ValueError(f"expected the same users for all seeds of {cells[0].title}.")
    return SystemResult(
        data_set=cells[0].data_set,
        system=cells[0].system,
        variant=cells[0].variant,
        seeds=tuple(cell.seed for cell, _ in outcomes),
        values={
            name: np.stack([each[name] for each in arrays])
            for name in shared
            if not name.endswith("users")
        },
        summaries=tuple(outcome.summary for _, outcome in outcomes),
    )
