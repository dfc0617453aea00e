"""Ingestion as Beam pipelines: the same code on the direct runner, Flink, Spark or Dataflow.

A run is a few pipelines with files between them, since three decisions need numbers that only
the data can give: when the k-core stands still, how `auto` splits, where a global cut lies.
"""

import logging
import os
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import tensorflow as tf

from lmmrec_tfrs.data import columns
from lmmrec_tfrs.ingestion import (
    beam_catalogue,
    beam_clock,
    beam_facts,
    beam_files,
    beam_k_core,
    beam_read,
    beam_split,
    planning,
    splitting,
)
from lmmrec_tfrs.ingestion.config import IngestionConfig, SplitStrategy
from lmmrec_tfrs.ingestion.errors import IngestionError
from lmmrec_tfrs.ingestion.readers import registry
from lmmrec_tfrs.ingestion.reasons import FilterReason
from lmmrec_tfrs.ingestion.report import IngestionReport, RowCounts
from lmmrec_tfrs.ingestion.sources.raw_rows import ReadRange

_LOG = logging.getLogger(__name__)
_TEMPORARY = ".temporary"
# A global cut is found on a histogram of time with this many bars: bounded memory, exact counts.
_HISTOGRAM_BARS = 1 << 16
_FEW_HELD_OUT = 0.01


def run_ingestion(
    make_pipeline: beam_k_core.MakePipeline,
    config: IngestionConfig,
    input_base: str,
    examples_uri: str,
    catalogue_uri: str,
    quarantine_uri: str,
) -> IngestionReport:
    """Ingests review data.

    Writes the splits train, validation and test of events under `examples_uri`, the split
    catalogue under `catalogue_uri`, the split quarantine and `ingestion_report.json` under
    `quarantine_uri`.

    Args:
        make_pipeline: makes a Beam pipeline, run at the end of its `with` block.
        config: what to read, keep and how to split.
        input_base: the folder that the config's patterns are relative to.
        examples_uri, catalogue_uri, quarantine_uri: folders to write to.

    Returns:
        The account of the run, which balances.

    Raises:
        IngestionError: the input cannot be used, or no event is left.
    """
    row_format = registry.row_format(config)
    plan = planning.plan_events(input_base, config.events, row_format, config.csv_delimiter)
    catalogue_plan: list[ReadRange] = []
    if config.catalogue is not None:
        catalogue_plan = planning.plan_catalogue(
            input_base, config.catalogue, row_format, config.csv_delimiter
        )
    temporary = os.path.join(quarantine_uri, _TEMPORARY)
    try:
        return _Run(make_pipeline, config, plan, catalogue_plan, temporary).run(
            examples_uri, catalogue_uri, quarantine_uri
        )
    finally:
        if tf.io.gfile.exists(temporary):
            tf.io.gfile.rmtree(temporary)


class _Run:
    """One run: its pipelines, and the folders between them."""

    def __init__(
        self,
        make_pipeline: beam_k_core.MakePipeline,
        config: IngestionConfig,
        plan: list[ReadRange],
        catalogue_plan: list[ReadRange],
        temporary: str,
    ):
        self._make_pipeline = make_pipeline
        self._config = config
        self._plan = plan
        self._catalogue_plan = catalogue_plan
        self._temporary = temporary

    def _folder(self, name: str) -> str:
        return os.path.join(self._temporary, name)

    def run(self, examples_uri: str, catalogue_uri: str, quarantine_uri: str) -> IngestionReport:
        """Runs the pipelines one after the other."""
        cleaned = self._clean(quarantine_uri)
        if cleaned.errors:
            raise IngestionError("\n".join(cleaned.errors))
        pairs_directory, clock, rounds = self._folder("pairs"), cleaned, 0
        if self._config.k_core > 1:
            pairs_directory, clock, rounds = beam_k_core.run_k_core(
                self._make_pipeline, pairs_directory, self._temporary, self._config.k_core
            )
        if not clock.counts[beam_clock.PAIRS]:
            raise self._nothing_left(cleaned)
        share = clock.counts[beam_clock.TIMED] / clock.counts[beam_clock.PAIRS]
        strategy = splitting.choose_strategy(self._config.split.strategy, share)
        if strategy is not SplitStrategy.RANDOM and not clock.counts[beam_clock.TIMED]:
            raise IngestionError(
                f"split: expected timestamps for '{strategy.value}', found none in the kept "
                "events. Remedy: use split.strategy random or auto."
            )
        cuts = None
        if strategy is SplitStrategy.GLOBAL_TIME:
            cuts = self._find_cuts(pairs_directory, clock)
        facts = self._split(pairs_directory, strategy, cuts, examples_uri, catalogue_uri)
        facts.counts.update(cleaned.counts)
        report = self._report(facts, strategy, cuts, share, rounds)
        report.balance_check()
        report.write(quarantine_uri)
        _LOG.info("Ingestion:\n%s", report.summary())
        return report

    def _clean(self, quarantine_uri: str) -> beam_facts.Facts:
        """Reads, parses, removes repeated pairs and what is not positive."""
        config, directory = self._config, self._folder("clean")
        with self._make_pipeline() as pipeline:
            read = pipeline | "Events" >> beam_read.ReadRecords(config, "events", self._plan)
            events = read[beam_read.RECORDS]
            counts = [read[beam_read.COUNTS]]
            quarantined = [read[beam_read.QUARANTINED]]
            if config.deduplicate:
                deduplicated = (
                    events
                    | "GroupByPair" >> beam.GroupByKey()
                    | "KeepLatest" >> beam.ParDo(_KeepLatest()).with_outputs("counts", main="kept")
                )
                events = deduplicated.kept
                counts.append(deduplicated.counts)
            if config.positive_threshold is not None:
                positive = events | "KeepPositive" >> beam.ParDo(
                    _KeepPositive(config.positive_threshold)
                ).with_outputs("dropped", main="kept")
                events = positive.kept
                name = f"events/filtered/{FilterReason.BELOW_POSITIVE_THRESHOLD.value}"
                counts.append(beam_facts.count_elements(positive.dropped, name))
            events = events | "DropWorkingFields" >> beam.Map(_without_working_fields)
            pairs = events | "Pairs" >> beam.Map(lambda e: (*e[0], e[1][0]))
            if not config.deduplicate:
                pairs = (
                    pairs
                    | "KeyByPair" >> beam.Map(lambda p: ((p[0], p[1]), (p[2] is not None, p[2])))
                    | "LatestOfPair" >> beam.CombinePerKey(max)
                    | "PairOfKey" >> beam.Map(lambda kv: (*kv[0], kv[1][1]))
                )
            counts.append(pairs | "Clock" >> beam_clock.TimeExtent())
            _ = events | "WriteEvents" >> beam_files.write_temporary(self._folder("events"))
            _ = pairs | "WritePairs" >> beam_files.write_temporary(self._folder("pairs"))
            if self._catalogue_plan:
                read = pipeline | "Catalogue" >> beam_read.ReadRecords(
                    config, "catalogue", self._catalogue_plan
                )
                _ = read[beam_read.RECORDS] | (
                    "WriteItems" >> beam_files.write_temporary(self._folder("items"))
                )
                counts.append(read[beam_read.COUNTS])
                quarantined.append(read[beam_read.QUARANTINED])
            _ = beam_files.flatten(quarantined, "Quarantine") | (
                "WriteQuarantine" >> beam_files.write_split(quarantine_uri, columns.QUARANTINE)
            )
            _ = tuple(counts) | "WriteFacts" >> beam_facts.WriteFacts(directory)
        return beam_facts.read_facts(directory)

    def _find_cuts(self, pairs_directory: str, clock: beam_facts.Facts) -> splitting.TimeCuts:
        first, last = clock.counts[beam_clock.FIRST], clock.counts[beam_clock.LAST]
        width = max(1, (last - first) // _HISTOGRAM_BARS + 1)
        directory = self._folder("histogram")
        with self._make_pipeline() as pipeline:
            counts = (
                pipeline
                | "ReadPairs" >> beam_files.read_temporary(pairs_directory)
                | "Timed" >> beam.Filter(lambda pair: pair[2] is not None)
                | "Bar" >> beam.Map(lambda pair: (str((pair[2] - first) // width), 1))
            )
            _ = (counts,) | "WriteFacts" >> beam_facts.WriteFacts(directory)
        bars = beam_facts.read_facts(directory).counts
        histogram = [(first + int(bar) * width, count) for bar, count in bars.items()]
        missing = clock.counts[beam_clock.PAIRS] - clock.counts[beam_clock.TIMED]
        return splitting.find_cuts(histogram, missing, self._config.split)

    def _split(
        self,
        pairs_directory: str,
        strategy: SplitStrategy,
        cuts: splitting.TimeCuts | None,
        examples_uri: str,
        catalogue_uri: str,
    ) -> beam_facts.Facts:
        config, directory = self._config, self._folder("split")
        with self._make_pipeline() as pipeline:
            inputs = {"events": pipeline | beam_files.read_temporary(self._folder("events"))}
            if config.k_core > 1:
                inputs["pairs"] = pipeline | "ReadPairs" >> beam_files.read_temporary(
                    pairs_directory
                )
            split = inputs | "Split" >> beam_split.SplitEvents(strategy, config.split, cuts)
            counts = [split[beam_split.COUNTS]]
            for name in columns.EVENT_SPLITS:
                counts.append(beam_facts.count_elements(split[name], f"splits/{name}"))
                _ = split[name] | f"Write[{name}]" >> beam_files.write_split(examples_uri, name)
            metadata = pipeline | "ReadItems" >> (
                beam_files.read_temporary(self._folder("items"))
                if self._catalogue_plan
                else beam.Create([])
            )
            catalogue = {
                "metadata": metadata,
                "items": split[beam_split.ITEMS],
            } | "Catalogue" >> beam_catalogue.MakeCatalogue(config.catalogue_scope == "all")
            counts.append(catalogue[beam_catalogue.COUNTS])
            _ = catalogue[beam_catalogue.EXAMPLES] | (
                "WriteCatalogue" >> beam_files.write_split(catalogue_uri, columns.CATALOGUE)
            )
            _ = tuple(counts) | "WriteFacts" >> beam_facts.WriteFacts(directory)
        return beam_facts.read_facts(directory)

    def _report(
        self,
        facts: beam_facts.Facts,
        strategy: SplitStrategy,
        cuts: splitting.TimeCuts | None,
        timestamp_share: float,
        rounds: int,
    ) -> IngestionReport:
        counts = facts.counts
        splits = {name: counts[f"splits/{name}"] for name in columns.EVENT_SPLITS}
        users, items = counts["users"], counts["items"]
        return IngestionReport(
            files=tuple(sorted({part.name for part in [*self._plan, *self._catalogue_plan]})),
            events=RowCounts(
                read=counts["events/read"],
                kept=sum(splits.values()),
                filtered=facts.with_prefix("events/filtered/"),
                quarantined=facts.with_prefix("events/quarantined/"),
            ),
            catalogue=RowCounts(
                read=counts["catalogue/read"],
                kept=counts["catalogue/kept"],
                filtered=facts.with_prefix("catalogue/filtered/"),
                quarantined=facts.with_prefix("catalogue/quarantined/"),
            ),
            items_without_metadata=counts["items_without_metadata"],
            splits=splits,
            split_strategy=strategy.value,
            requested_strategy=self._config.split.strategy.value,
            validation_begins=cuts.validation if cuts else None,
            test_begins=cuts.test if cuts else None,
            users=users,
            items=items,
            density=counts["pairs"] / (users * items),
            timestamp_share=timestamp_share,
            k_core=self._config.k_core,
            k_core_rounds=rounds,
            seed=self._config.split.seed,
            warnings=tuple(_warnings(splits, facts)),
        )

    def _nothing_left(self, cleaned: beam_facts.Facts) -> IngestionError:
        read = cleaned.counts["events/read"]
        quarantined = cleaned.with_prefix("events/quarantined/")
        filtered = cleaned.with_prefix("events/filtered/")
        return IngestionError(
            f"{self._config.events}: expected events to keep, found none among {read} rows "
            f"(quarantined: {quarantined or 'none'}; filtered: {filtered or 'none'}; k_core: "
            f"{self._config.k_core}). Remedy: lower k_core or positive_threshold, or check that "
            "the format and the columns are the file's."
        )


def _warnings(splits: dict[str, int], facts: beam_facts.Facts) -> Iterator[str]:
    kept = sum(splits.values())
    for name, count in splits.items():
        if count == 0:
            yield f"the split '{name}' is empty"
        elif count < _FEW_HELD_OUT * kept:
            yield f"the split '{name}' has only {count} of {kept} events"
    for kind in ("events", "catalogue"):
        quarantined = sum(facts.with_prefix(f"{kind}/quarantined/").values())
        read = facts.counts[f"{kind}/read"]
        if quarantined > 0.05 * read:
            yield f"{quarantined} of {read} rows of the {kind} are quarantined"


class _KeepLatest(beam.DoFn):
    """Of the events of a pair keeps the latest: by time, then by place in the input."""

    def process(self, group: tuple[Any, Any]) -> Iterator[Any]:
        pair, values = group
        values = list(values)
        yield pair, max(values)
        if len(values) > 1:
            name = f"events/filtered/{FilterReason.DUPLICATE.value}"
            yield beam.pvalue.TaggedOutput("counts", (name, len(values) - 1))


class _KeepPositive(beam.DoFn):
    """Keeps events rated at least `threshold`, and unrated ones."""

    def __init__(self, threshold: float):
        super().__init__()
        self._threshold = threshold

    def process(self, event: tuple[Any, Any]) -> Iterator[Any]:
        rating = event[1][3]
        if rating is None or rating >= self._threshold:
            yield event
        else:
            yield beam.pvalue.TaggedOutput("dropped", 1)


def _without_working_fields(event: tuple[Any, Any]) -> tuple[Any, Any]:
    pair, (has_timestamp, timestamp, _, _, serialized) = event
    return pair, (timestamp if has_timestamp else None, serialized)
