"""`lmmrec extract`: ingestion and extraction alone, or what they would cost."""

import json
import os
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.motivation.config import ExtractionConfig
from tfx_pipeline.beam_arguments import beam_arguments
from tfx_pipeline.command_line.fast_imports import fast_imports
from tfx_pipeline.config import PipelineConfig

EXAMPLES, CATALOGUE, QUARANTINE, TEXTS, MOTIVATIONS = (
    "examples",
    "catalogue",
    "quarantine",
    "texts",
    "motivations",
)
CACHE = "extraction_cache"
_SHOWN = 5
_SHOWN_QUOTES = 2


def with_cache(config: PipelineConfig, output: str) -> PipelineConfig:
    """The configuration, with a cache of answers in the output folder unless one is set."""
    if config.motivation.cache_directory is not None:
        return config
    directory = os.path.join(os.path.abspath(output), CACHE)
    motivation = config.motivation.model_copy(update={"cache_directory": directory})
    return config.model_copy(update={"motivation": motivation})


def extract(
    config: PipelineConfig, data: str, output: str, dry_run: bool, console: Console
) -> None:
    """Reads the data, then the motivations or an estimate of what that would cost.

    Args:
        config: the whole pipeline's; only the data and the motivations are looked at.
        data: the folder of the input files.
        output: the folder to write to.
        dry_run: estimate only.
        console: where to print.
    """
    console.print("Starting TensorFlow and Beam ...")
    with fast_imports("extraction", "pipeline"):
        import apache_beam as beam
        from apache_beam.options.pipeline_options import PipelineOptions

        from components.motivation_extractor.profile_files import with_absolute_profiles
        from lmmrec_tfrs.ingestion.beam import run_ingestion
    from lmmrec_tfrs.motivation.taxonomy import Taxonomy

    data, output = os.path.abspath(data), os.path.abspath(output)
    motivation = with_absolute_profiles(with_cache(config, output).motivation, data)
    taxonomy = Taxonomy.load(motivation.taxonomy)

    def make_pipeline() -> beam.Pipeline:
        return beam.Pipeline(options=PipelineOptions(beam_arguments(config)))

    at = {name: os.path.join(output, name) for name in (EXAMPLES, CATALOGUE, QUARANTINE, TEXTS)}
    with console.status("Reading the data ..."):
        ingested = run_ingestion(
            make_pipeline,
            config.data,
            data,
            at[EXAMPLES],
            at[CATALOGUE],
            at[QUARANTINE],
            at[TEXTS],
        )
    console.print(
        f"{ingested.splits.get(columns.TRAIN, 0):,} events to learn from.", highlight=False
    )
    places = (make_pipeline, at[EXAMPLES], at[CATALOGUE])
    if dry_run:
        _estimate(places, output, motivation, taxonomy, at[TEXTS], console)
    else:
        _extract(places, output, motivation, taxonomy, at[TEXTS], console)


def _estimate(
    places: tuple[Callable[[], Any], str, str],
    output: str,
    config: ExtractionConfig,
    taxonomy: Any,
    texts_uri: str,
    console: Console,
) -> None:
    from lmmrec_tfrs.motivation.cost.estimate import estimate_cost

    with console.status("Counting texts and timing the models on a sample ..."):
        estimate = estimate_cost(
            *places, os.path.join(output, ".estimate"), config, taxonomy, texts_uri=texts_uri
        )
    table = Table(
        "model",
        "distinct",
        "cached",
        "to read",
        "tokens",
        "time",
        title=f"{estimate.texts:,} texts",
        title_justify="left",
    )
    for name, model in (("encoder", estimate.encoder), ("language model", estimate.language_model)):
        if model is None:
            continue
        table.add_row(
            name,
            *(f"{number:,}" for number in (model.distinct, model.cached, model.to_read)),
            f"about {model.tokens:,}" if model.sample else "0",
            f"about {_duration(model.seconds)}" if model.sample else "none",
        )
    console.print(table)
    for name, model in (("encoder", estimate.encoder), ("language model", estimate.language_model)):
        if model is not None and model.sample:
            console.print(
                f"An estimate: the {name} read {model.sample} sampled texts on this machine, and "
                f"took {model.seconds_to_load:.0f} s to load.",
                highlight=False,
            )


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _extract(
    places: tuple[Callable[[], Any], str, str],
    output: str,
    config: ExtractionConfig,
    taxonomy: Any,
    texts_uri: str,
    console: Console,
) -> None:
    from lmmrec_tfrs.motivation.extraction.pipeline import run_extraction

    motivations = os.path.join(output, MOTIVATIONS)
    make_pipeline, examples, catalogue = places
    console.print(f"Answers are kept in {config.cache_directory}.", highlight=False)
    with console.status("Reading motivations; what was read is kept if you stop ..."):
        report = run_extraction(
            make_pipeline,
            examples,
            catalogue,
            motivations,
            config,
            taxonomy,
            texts_uri=texts_uri,
        )
    console.print(report_table(json.loads(report.to_json())))
    print_readings(motivations, console)
    console.print(f"Written to {motivations}", highlight=False)


def report_table(report: dict[str, Any]) -> Table:
    """An extraction's report as a table.

    Args:
        report: what `extraction_report.json` holds.
    """
    table = Table("", "", title=f"Motivations, {report['strategy']}", title_justify="left")

    def row(name: str, text: str) -> None:
        table.add_row(name, escape(text))

    row("reviews", f"{report['reviews_read']:,} ({report['events_without_text']:,} without text)")
    row(
        "catalogue texts",
        f"{report['catalogue_texts_read']:,} ({report['items_without_text']:,} without text)",
    )
    for name, key in (
        ("texts without a purchase", "texts_without_purchase_read"),
        ("profiles written before", "profiles_read"),
    ):
        if report[key]:
            row(name, f"{report[key]:,}")
    for name in ("encoder", "language_model"):
        model = report[name]
        if model is not None:
            row(
                name.replace("_", " "),
                f"{model['texts']:,} texts read, {model['cache_hits']:,} from the cache; "
                f"{model['tokens']:,} tokens in {model['seconds']:.0f} s",
            )
    if report["student"] is not None:
        row("student", _student(report["student"], report["texts_read_by_student"]))
    masked = ", ".join(f"{number:,} {kind}" for kind, number in report["masked"].items())
    row("masked", masked or "nothing")
    if report["cache_segments_damaged"]:
        row("damaged cache files", f"{report['cache_segments_damaged']:,} (read again)")
    return table


def _student(student: dict[str, Any], texts: int) -> str:
    if student["warning"]:
        return str(student["warning"])
    return (
        f"{texts:,} texts; agrees with the language model on the first motivation of "
        f"{student['student']['top_1']:.0%} of {student['held_out']} held-out texts (the encoder "
        f"alone {student['encoder']['top_1']:.0%}, chance {student['chance_top_1']:.0%}), rank "
        f"correlation {student['student']['rank_correlation']:.2f} "
        f"({student['encoder']['rank_correlation']:.2f})"
    )


def print_readings(motivations: str, console: Console) -> None:
    """Prints what was read of a few users, those with the most texts."""
    owners = example_files.read_owners_by_texts(motivations, columns.USERS)
    table = Table("user", "texts", "motivation", "in their words", show_lines=True)
    for owner in owners[:_SHOWN]:
        shown = owner.evidence[:_SHOWN_QUOTES]
        table.add_row(
            escape(owner.owner_id),
            str(owner.text_count),
            "\n".join(
                escape(e.motivation if e.polarity == "seeks" else f"avoids: {e.motivation}")
                for e in shown
            ),
            "\n".join(f"“{escape(evidence.quote[:90])}”" for evidence in shown),
        )
    console.print(table)
