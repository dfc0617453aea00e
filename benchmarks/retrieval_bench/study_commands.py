"""The commands `noise`, `cold`, `width` and `cost`."""

import itertools
from collections.abc import Mapping, Sequence

from lmmrec_tfrs.training.config import TrainingConfig

from .atomic import write_json, write_text
from .bench_data import read_bench_data
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


def noise(options: Options) -> int:
    """Texts swapped between owners, and random interactions."""
    ready = options.prepare()
    runs = [
        (prepared, each)
        for prepared in ready
        for backbone in options.backbones
        for each in noise_runs(prepared, backbone, options.seeds, options.tuning)
    ]
    cells = [(cell, prepared.folder.path) for prepared, each in runs for cell in each.cells]
    failed = run_cells(cells, options.store, options.jobs, options.threads)
    read = [(each, read_result(options.store, each.cells, slices=False)) for _, each in runs]
    text, rows = noise_table([(each, result) for each, result in read if result is not None])
    notes = _notes(options, ready, [result for _, result in read if result is not None])
    _write(options, "noise", "Noise", [*notes, text], rows)
    return failed


def cold(options: Options) -> int:
    """Items, and users, of whom training knows nothing but text."""
    ready = options.prepare()
    runs = [
        (side, changed, cells)
        for prepared in ready
        for side in SIDES
        for changed in [prepare_cold(prepared, side, options.cold_share, options.cold_seed)]
        if changed is not None
        for cells in cold_runs(changed, prepared, options.backbones, options.seeds, options.tuning)
    ]
    cells = [(cell, changed.folder.path) for _, changed, found in runs for cell in found]
    failed = run_cells(cells, options.store, options.jobs, options.threads)
    read = [(side, changed, read_result(options.store, found)) for side, changed, found in runs]
    text, rows = cold_table(
        [(side, changed, result) for side, changed, result in read if result is not None],
        options.samples,
    )
    notes = _notes(options, ready, [result for _, _, result in read if result is not None])
    _write(options, "cold", "Cold items and users, Recall@20", [*notes, text], rows)
    return failed


def width(options: Options) -> int:
    """Embeddings narrower and wider than those that the searches draw from."""
    ready = options.prepare()
    runs = [
        (prepared, each)
        for prepared in ready
        for backbone in options.backbones
        for each in width_runs(prepared, backbone, options.seeds, options.tuning)
    ]
    cells = [(cell, prepared.folder.path) for prepared, each in runs for cell in each.cells]
    failed = run_cells(cells, options.store, options.jobs, options.threads)
    read = [(each, read_result(options.store, each.cells)) for _, each in runs]
    found = [(each, result) for each, result in read if result is not None]
    text, rows = width_table(found, options.samples)
    _write(options, "width", "Width", [*_notes(options, ready, [r for _, r in found]), text], rows)
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


def _notes(
    options: Options, ready: Sequence[PreparedSet], results: Sequence[SystemResult]
) -> list[str]:
    """What a study's table must say of the settings and of the code behind it."""
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
