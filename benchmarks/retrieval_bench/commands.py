"""The commands of the benchmark."""

from collections.abc import Callable

from . import archive, plan, summary
from .atomic import write_json, write_text
from .cells import Cell
from .comparisons import compare, identical_systems
from .figure import draw_figure
from .options import Options
from .pages import filled
from .prepare import PreparedSet
from .published_settings import add_settings
from .report import Report
from .results import read_result
from .search_space import SPACES
from .study_commands import cold, cost, noise, width
from .tuning import Chosen, choose, published, settings_note
from .workers import run_cells


def prepare_data(options: Options) -> int:
    """Ingestion and extraction."""
    for prepared in options.prepare():
        counts = ", ".join(f"{number:,} {name}" for name, number in prepared.counts.items())
        print(f"{prepared.name} ({prepared.digest}): {counts}.", flush=True)
    return 0


def tune(options: Options) -> int:
    """A search for each data set, backbone and tuned variant."""
    plan.check_settings(options.backbones, list(SPACES))
    searches = [
        (
            prepared,
            plan.trials(
                prepared,
                backbone,
                variant,
                options.trials,
                options.trial_seeds,
                options.search_seed,
            ),
        )
        for prepared in options.prepare()
        for backbone in options.backbones
        for variant in SPACES
    ]
    cells = [
        (cell, prepared.folder.path)
        for prepared, trials in searches
        for _, of_trial in trials
        for cell in of_trial
    ]
    failed = run_cells(cells, options.store, options.jobs, options.threads)
    for _, trials in searches:
        of_search = [cell for _, of_trial in trials for cell in of_trial]
        if not all(map(options.store.has, of_search)):
            cell = of_search[0]
            options.tuning.write_failure(cell.data_set, cell.system, cell.variant)
            print(f"{cell.data_set}/{cell.system}/{cell.variant}: a trial failed, none is chosen.")
            continue
        chosen = choose(options.store, trials)
        options.tuning.write(chosen)
        print(
            f"{chosen.data_set}/{chosen.backbone}/{chosen.variant}: "
            f"{chosen.validation:.4f} with {chosen.settings or 'the settings of the configuration'}"
        )
    return failed


def run(options: Options) -> int:
    """The final runs and the baselines."""
    plan.check_settings(options.backbones, options.variants)
    ready = options.prepare()
    print(settings_note(options.tuning, ready, options.backbones), flush=True)
    cells = [
        (cell, prepared.folder.path)
        for prepared in ready
        for of_system in _final_runs(options, prepared)
        for cell in of_system
    ]
    return run_cells(cells, options.store, options.jobs, options.threads)


def report(options: Options) -> int:
    """Tables, long and short, and figure of the final runs, as far as they are there."""
    ready = options.prepare()
    systems = [cells for prepared in ready for cells in _final_runs(options, prepared)]
    found = [read_result(options.store, cells) for cells in systems]
    results = [result for result in found if result is not None]
    searches = options.tuning.all_settled(ready, options.backbones)
    written = Report(
        counts={prepared.name: prepared.counts for prepared in ready},
        results=results,
        comparisons=compare(results, options.samples),
        searches=[chosen for chosen in searches if chosen is not None],
        identical=[f"{a.data_set}: {a.label}; {b.label}" for a, b in identical_systems(results)],
        missing=[c for cells in systems for c in cells if not options.store.has(c)],
        samples=options.samples,
    )
    tables = {section.name: section.table for section in summary.sections(written)}
    tables["data"] = written.data_table()
    # All is put together before anything is written: files of two reports would not agree.
    long = written.to_markdown()
    texts = {
        options.output / "results.md": long,
        options.output / "summary.md": summary.to_markdown(written),
        options.output / "text_gain.svg": draw_figure(written.comparisons),
        **{page: filled(page.read_text(encoding="utf-8"), tables) for page in options.pages},
    }
    write_json(options.output / "results.json", written.to_json())
    for path, text in texts.items():
        write_text(path, text)
    print(long)
    return 0


def keep(options: Options) -> int:
    """Adds the final runs, and the settings that they were made with, to the archive."""
    diverged = 0
    for prepared in options.prepare():
        cells = [cell for of_system in _final_runs(options, prepared) for cell in of_system]
        kept = archive.keep(options.archive, prepared, cells, options.store)
        searches = options.tuning.all_settled([prepared], options.backbones)
        own = [published(each, prepared) for each in searches if isinstance(each, Chosen)]
        add_settings(options.archive, own)
        print(
            f"{prepared.name}: {kept.added} runs added, {kept.replaced} replaced, "
            f"{kept.diverged} that diverged left out; {kept.in_all} in {options.archive}."
        )
        diverged += kept.diverged
    return diverged


def restore(options: Options) -> int:
    """Puts the archive's final runs where those of this machine are."""
    for prepared in options.prepare():
        found = archive.restore(options.archive, prepared, options.store)
        planned = [cell for of_system in _final_runs(options, prepared) for cell in of_system]
        missing = sum(not options.store.has(cell) for cell in planned)
        print(
            f"{prepared.name}: {found.restored} runs restored from {options.archive}, "
            f"{found.there} were there, {found.failed} failed here; {missing} of the "
            f"{len(planned)} that `run` would make are missing."
        )
    return 0


def _final_runs(options: Options, prepared: PreparedSet) -> list[list[Cell]]:
    """The cells of each system on a data set: baselines first."""
    baselines = [plan.baseline_cells(prepared, n, options.seeds) for n in options.baselines]
    models = [
        plan.model_cells(prepared, backbone, variant, options.seeds, options.tuning)
        for backbone in options.backbones
        for variant in options.variants
    ]
    return baselines + models


COMMANDS: dict[str, Callable[[Options], int]] = {
    "prepare": prepare_data,
    "tune": tune,
    "run": run,
    "noise": noise,
    "cold": cold,
    "width": width,
    "cost": cost,
    "report": report,
    "keep": keep,
    "restore": restore,
}

# What is done from nothing.
ALL = ("prepare", "tune", "run", "noise", "cold", "width", "cost", "report")
