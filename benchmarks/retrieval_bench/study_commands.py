"""The commands `noise`, `cold`, `width` and `cost`."""

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from lmmrec_tfrs.training.config import TrainingConfig

from .atomic import write_json, write_text
from .bench_data import read_bench_data
from .cells import Cell
from .cold import SIDES, prepare_cold
from .cold_study import cold_runs, cold_table
from .cost_study import (
    LARGE_BATCH,
    PLAIN,
    SHIPPED,
    WHOLE,
    compare_costs,
    cost_table,
    train_once,
)
from .machine import code_digest, describe_machine, versions
from .noise_study import noise_runs, noise_table
from .options import Options
from .overrides import override
from .plan import model_cells
from .prepare import PreparedSet
from .results import SystemResult, code_note, read_result
from .tuning import settings_note
from .variants import ALIGNMENT_AND_FUSION, FULL, NO_TEXT, VARIANTS
from .width_study import width_runs, width_table
from .workers import run_cells

# What a study calls the runs of one system.
_Runs = TypeVar("_Runs")


def noise(options: Options) -> int:
    """Texts swapped between owners, and random interactions."""
    ready = options.prepare()
    runs = [
        (each, prepared.folder.path, each.cells)
        for prepared in ready
        for backbone in options.backbones
        for each in noise_runs(prepared, backbone, options.seeds, options.tuning)
    ]
    # Each seed changes the data in its own way, and so who is in a slice.
    failed, found = _run_all(options, runs, slices=False)
    text, rows = noise_table(found)
    _write(options, "noise", "Noise", [*_notes(options, ready, found), text], rows)
    return failed


def cold(options: Options) -> int:
    """Items, and users, of whom training knows nothing but text."""
    ready = options.prepare()
    runs = [
        ((side, changed), changed.folder.path, cells)
        for prepared in ready
        for side in SIDES
        for changed in [prepare_cold(prepared, side, options.cold_share, options.cold_seed)]
        if changed is not None
        for cells in cold_runs(changed, prepared, options.backbones, options.seeds, options.tuning)
    ]
    failed, found = _run_all(options, runs)
    text, rows = cold_table([(*each, result) for each, result in found], options.samples)
    notes = _notes(options, ready, found)
    _write(options, "cold", "Cold items and users, Recall@20", [*notes, text], rows)
    return failed


def width(options: Options) -> int:
    """Embeddings narrower and wider than those that the searches draw from."""
    ready = options.prepare()
    runs = [
        (each, prepared.folder.path, each.cells)
        for prepared in ready
        for backbone in options.backbones
        for each in width_runs(prepared, backbone, options.seeds, options.tuning)
    ]
    failed, found = _run_all(options, runs)
    text, rows = width_table(found, options.samples)
    _write(options, "width", "Width", [*_notes(options, ready, found), text], rows)
    return failed


def cost(options: Options) -> int:
    """Training time an example with text, and of the same settings without.

    Measured in this process, one training at a time: let nothing else run.
    """
    rows = []
    ready = options.prepare()
    for prepared in ready:
        data = read_bench_data(prepared.folder).training_data()
        for backbone in options.backbones:
            (full,) = model_cells(prepared, backbone, FULL, options.seeds[:1], options.tuning)
            config = TrainingConfig.model_validate(full.settings)
            sizes = (config.batch_size, LARGE_BATCH)
            # A batch is never larger than the train split.
            batches = dict.fromkeys(min(size, len(data.train_pairs)) for size in sizes)
            for batch, compiled in itertools.product(batches, (False, True)):
                changed = {"batch_size": batch, "jit_compile": compiled}
                whole = override(config, changed, "the timing")
                models = {
                    PLAIN: override(whole, VARIANTS[NO_TEXT], NO_TEXT),
                    SHIPPED: override(whole, ALIGNMENT_AND_FUSION, SHIPPED),
                    WHOLE: whole,
                }
                seconds = compare_costs(data, models, train_once)
                row = {"data set": prepared.name, "backbone": backbone, "batch": batch}
                rows.append({**row, "XLA": compiled, **seconds})
                print(cost_table(rows[-1:]).splitlines()[-1], flush=True)
    parts = [
        f"The state of the code: {code_digest()}.",
        settings_note(options.tuning, ready, options.backbones),
        cost_table(rows),
    ]
    _write(options, "cost", "Training time an example", parts, rows)
    return 0


def _run_all(
    options: Options, runs: Sequence[tuple[_Runs, Path, Sequence[Cell]]], slices: bool = True
) -> tuple[int, list[tuple[_Runs, SystemResult]]]:
    """Runs a study's cells, and reads what came of them.

    Args:
        options: where they are kept, and how they are run.
        runs: what a study calls the runs of a system, the prepared folder, and the cells.
        slices: see `read_result`.

    Returns:
        How many failed; and the results, but of systems that have none.
    """
    cells = [(cell, folder) for _, folder, of_system in runs for cell in of_system]
    failed = run_cells(cells, options.store, options.jobs, options.threads)
    read = [(each, read_result(options.store, of_system, slices)) for each, _, of_system in runs]
    return failed, [(each, result) for each, result in read if result is not None]


def _notes(
    options: Options, ready: Sequence[PreparedSet], found: Sequence[tuple[Any, SystemResult]]
) -> list[str]:
    """What a study's table must say of the settings and of the code behind it."""
    results = [result for _, result in found]
    return [settings_note(options.tuning, ready, options.backbones), *code_note(results)]


def _write(
    options: Options,
    name: str,
    title: str,
    parts: Sequence[str],
    rows: Sequence[Mapping[str, object]],
) -> None:
    listed = ", ".join(f"{package} {version}" for package, version in versions().items())
    document = "\n\n".join([f"## {title}", f"{describe_machine()}; {listed}.", *parts]) + "\n"
    write_text(options.output / f"{name}.md", document)
    write_json(options.output / f"{name}.json", {"versions": versions(), "rows": list(rows)})
    print(document)
