"""`lmmrec inspect`: what the artifacts of a run hold."""

import collections
import itertools
import os
from collections.abc import Callable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lmmrec_tfrs.data import columns, example_files, file_names, files, records
from tfx_pipeline.command_line.tables import evaluation_table, ingestion_table, read_evaluation
from tfx_pipeline.command_line.trials import read_trials, tuning_table
from tfx_pipeline.output_folder import OutputError, OutputFolder


def print_artifact(folder: OutputFolder, what: str | None, rows: int, console: Console) -> None:
    """Prints one kind of artifact, or the list of all.

    Args:
        folder: a run's output.
        what: a key of `_PRINTERS`; None for the list.
        rows: how many rows to show.
        console: where to print.

    Raises:
        OutputError: there is no such kind, or the run has not got so far.
    """
    folder.config()
    if what is None:
        console.print(_overview(folder))
    elif what in _PRINTERS:
        _PRINTERS[what](folder, rows, console)
    else:
        raise OutputError(f"expected one of {', '.join(_PRINTERS)}, received '{what}'.")


_ARTIFACTS = {
    "events": ("ReviewExampleGen", "examples"),
    "catalogue": ("ReviewExampleGen", "catalogue"),
    "quarantine": ("ReviewExampleGen", "quarantine"),
    "motivations": ("MotivationExtractor", "motivations"),
    "tuning": ("LMMRecTuner", "tuner_results"),
    "model": ("LMMRecTrainer", "model"),
    "index": ("RetrievalIndexer", "index"),
    "evaluation": ("RankingEvaluator", "evaluation"),
}


def _overview(folder: OutputFolder) -> Table:
    table = Table(title=f"Artifacts in {escape(folder.path)}", title_justify="left")
    table.add_column("artifact")
    table.add_column("written by")
    table.add_column("folder")
    for what, (component, output) in _ARTIFACTS.items():
        try:
            uri = os.path.relpath(folder.artifact(component, output), folder.path)
        except OutputError:
            uri = "[dim]not yet[/dim]"
        table.add_row(what, component, uri)
    return table


def _uri(folder: OutputFolder, what: str) -> str:
    return folder.artifact(*_ARTIFACTS[what])


def _print_events(folder: OutputFolder, rows: int, console: Console) -> None:
    for split in columns.EVENT_SPLITS:
        table = Table("user", "item", "time", "rating", "text", title=split, title_justify="left")
        count = 0
        for event in example_files.read_events(_uri(folder, "events"), split):
            if count < rows:
                table.add_row(
                    escape(event.user_id),
                    escape(event.item_id),
                    "" if event.timestamp is None else str(event.timestamp),
                    "" if event.rating is None else f"{event.rating:g}",
                    escape(event.text[:100]),
                )
            count += 1
        console.print(table)
        console.print(f"{count:,} events in {split}\n")


def _print_catalogue(folder: OutputFolder, rows: int, console: Console) -> None:
    table = Table("item", "title", "brand", "price", "categories")
    count = 0
    for item in example_files.read_catalogue(_uri(folder, "catalogue")):
        if count < rows:
            price = "" if item.price is None else f"{item.price:g}"
            cells = (item.item_id, item.title, item.brand, price, ", ".join(item.categories))
            table.add_row(*map(escape, cells))
        count += 1
    console.print(table)
    console.print(f"{count:,} items")


def _print_quarantine(folder: OutputFolder, rows: int, console: Console) -> None:
    console.print(ingestion_table(folder))
    shown: dict[str, list[records.QuarantinedRow]] = collections.defaultdict(list)
    for row in example_files.read_quarantine(_uri(folder, "quarantine")):
        if len(shown[row.reason]) < rows:
            shown[row.reason].append(row)
    table = Table("reason", "where", "detail", "the row as it was read", show_lines=True)
    for row in itertools.chain.from_iterable(shown.values()):
        raw = row.raw.decode("utf-8", errors="backslashreplace")
        table.add_row(*map(escape, (row.reason, row.location, row.detail, raw[:200])))
    console.print(table)


def _print_motivations(folder: OutputFolder, rows: int, console: Console) -> None:
    uri = _uri(folder, "motivations")
    _print_json(os.path.join(uri, file_names.EXTRACTION_REPORT), console)
    for split in (columns.USERS, columns.ITEMS):
        table = Table(split, "texts", "motivation", "evidence", show_lines=True)
        owners = example_files.read_owner_motivations(uri, split)
        for owner in itertools.islice(owners, rows):
            table.add_row(
                escape(owner.owner_id),
                str(owner.text_count),
                "\n".join(escape(evidence.motivation) for evidence in owner.evidence),
                "\n".join(f"“{escape(evidence.quote[:90])}”" for evidence in owner.evidence),
            )
        console.print(table)


def _print_tuning(folder: OutputFolder, rows: int, console: Console) -> None:
    console.print(tuning_table(read_trials(folder), rows))


def _print_model(folder: OutputFolder, rows: int, console: Console) -> None:
    _print_json(os.path.join(_uri(folder, "model"), file_names.TRAINING_REPORT), console)


def _print_index(folder: OutputFolder, rows: int, console: Console) -> None:
    _print_json(os.path.join(_uri(folder, "index"), file_names.INDEX_REPORT), console)


def _print_evaluation(folder: OutputFolder, rows: int, console: Console) -> None:
    _print_json(os.path.join(_uri(folder, "evaluation"), file_names.METRICS), console)
    console.print(evaluation_table(read_evaluation(folder)))


def _print_json(path: str, console: Console) -> None:
    console.print_json(files.read_text(path))


_PRINTERS: dict[str, Callable[[OutputFolder, int, Console], None]] = {
    "events": _print_events,
    "catalogue": _print_catalogue,
    "quarantine": _print_quarantine,
    "motivations": _print_motivations,
    "tuning": _print_tuning,
    "model": _print_model,
    "index": _print_index,
    "evaluation": _print_evaluation,
}
