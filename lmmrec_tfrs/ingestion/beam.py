"""Ingestion as Beam pipelines: the same code on the direct runner, Flink, Spark or Dataflow.

A run is a few pipelines with files between them, since three decisions need numbers that only
the data can give: when the k-core stands still, how `auto` splits, where a global cut lies.
"""

import logging
import os
from collections.abc import Mapping

import apache_beam as beam
import tensorflow as tf

from lmmrec_tfrs.data import columns
from lmmrec_tfrs.ingestion import (
    accounting,
    beam_catalogue,
    beam_clean,
    beam_clock,
    beam_facts,
    beam_files,
    beam_k_core,
    beam_read,
    beam_split,
    planning,
    splitting,
)
from lmmrec_tfrs.ingestion.beam_read import Kind
from lmmrec_tfrs.ingestion.config import IngestionConfig
from lmmrec_tfrs.ingestion.errors import IngestionError
from lmmrec_tfrs.ingestion.readers import registry
from lmmrec_tfrs.ingestion.report import IngestionReport
from lmmrec_tfrs.ingestion.sources.raw_rows import ReadRange
from lmmrec_tfrs.ingestion.split_config import SplitStrategy
from lmmrec_tfrs.privacy.masking import Masker
from lmmrec_tfrs.privacy.user_ids import UserIdHasher

_LOG = logging.getLogger(__name__)
_TEMPORARY = ".temporary"
# A global cut is found on a histogram of time with this many bars: bounded memory, exact counts.
_HISTOGRAM_BARS = 1 << 16

# What is read, by kind.
Plans = Mapping[Kind, list[ReadRange]]


def run_ingestion(
    make_pipeline: beam_k_core.MakePipeline,
    config: IngestionConfig,
    input_base: str,
    examples_uri: str,
    catalogue_uri: str,
    quarantine_uri: str,
    texts_uri: str,
) -> IngestionReport:
    """Ingests review data.

    Writes the splits train, validation and test of events under `examples_uri`, the split
    catalogue under `catalogue_uri`, the split quarantine and `ingestion_report.json` under
    `quarantine_uri`, and the split texts of wish-list notes, queries and client notes under
    `texts_uri`. Personal data is masked, and user ids are hashed, before anything is written.

    Args:
        make_pipeline: makes a Beam pipeline, run at the end of its `with` block.
        config: what to read, keep and how to split.
        input_base: the folder that the config's patterns are relative to.
        examples_uri, catalogue_uri, quarantine_uri, texts_uri: folders to write to.

    Returns:
        The account of the run, which balances.

    Raises:
        IngestionError: the input cannot be used, or no event is left.
    """
    plans = _plan(config, input_base)
    temporary = os.path.join(quarantine_uri, _TEMPORARY)
    try:
        return _Run(make_pipeline, config, plans, temporary).run(
            examples_uri, catalogue_uri, quarantine_uri, texts_uri
        )
    finally:
        if tf.io.gfile.exists(temporary):
            tf.io.gfile.rmtree(temporary)


def _plan(config: IngestionConfig, input_base: str) -> Plans:
    if config.privacy.hash_user_ids:
        try:  # here, where the error reaches the user as it is
            UserIdHasher.from_environment(config.privacy.key_environment_variable)
        except ValueError as error:
            raise IngestionError(str(error)) from error
    row_format = registry.row_format(config)
    shapes = {
        Kind.EVENTS: row_format.event_files,
        Kind.TEST_EVENTS: row_format.event_files,
        Kind.CATALOGUE: row_format.item_files,
    }
    if config.texts is not None:
        shapes[Kind.TEXTS] = registry.text_format(config).event_files
    masker = Masker(config.privacy)
    return {
        kind: planning.plan_files(input_base, pattern, shapes[kind], config.csv_delimiter, masker)
        for kind, pattern in ((Kind(name), pattern) for name, pattern in config.patterns.items())
    }


class _Run:
    """One run: its pipelines, and the folders between them."""

    def __init__(
        self,
        make_pipeline: beam_k_core.MakePipeline,
        config: IngestionConfig,
        plans: Plans,
        temporary: str,
    ):
        self._make_pipeline = make_pipeline
        self._config = config
        self._plans = plans
        self._temporary = temporary

    def _folder(self, name: str) -> str:
        return os.path.join(self._temporary, name)

    def run(
        self, examples_uri: str, catalogue_uri: str, quarantine_uri: str, texts_uri: str
    ) -> IngestionReport:
        """Runs the pipelines one after the other."""
        config = self._config
        cleaned = self._clean(quarantine_uri)
        if cleaned.errors:
            raise IngestionError("\n".join(cleaned.errors))
        pairs_directory, clock, rounds = self._folder("pairs"), cleaned, 0
        if config.k_core > 1:
            pairs_directory, clock, rounds = beam_k_core.run_k_core(
                self._make_pipeline, pairs_directory, self._temporary, config.k_core
            )
        if not clock.counts[beam_clock.PAIRS]:
            raise accounting.nothing_left(cleaned, config)
        share = clock.counts[beam_clock.TIMED] / clock.counts[beam_clock.PAIRS]
        plan = self._split_plan(pairs_directory, clock, share)
        facts = self._split(pairs_directory, plan, examples_uri, catalogue_uri, texts_uri)
        facts.counts.update(cleaned.counts)
        report = accounting.make_report(
            facts,
            config,
            (part.name for parts in self._plans.values() for part in parts),
            plan.strategy,
            plan.cuts,
            share,
            rounds,
        )
        report.write(quarantine_uri)
        _LOG.info("Ingestion:\n%s", report.summary())
        return report

    def _clean(self, quarantine_uri: str) -> beam_facts.Facts:
        """Reads, parses, removes repeated pairs and what is not positive."""
        config, directory = self._config, self._folder("clean")
        with self._make_pipeline() as pipeline:
            read = {
                kind: pipeline | kind.name >> beam_read.ReadRecords(config, kind, plan)
                for kind, plan in self._plans.items()
            }
            events = [
                read[k][beam_read.RECORDS] for k in (Kind.EVENTS, Kind.TEST_EVENTS) if k in read
            ]
            clean = beam_files.flatten(events, "AllEvents") | "Clean" >> beam_clean.CleanEvents(
                config.deduplicate, config.positive_threshold
            )
            pairs = clean[beam_clean.PAIRS]
            counts = [
                *(output[beam_read.COUNTS] for output in read.values()),
                *clean[beam_clean.COUNTS],
                pairs | "Clock" >> beam_clock.TimeExtent(),
            ]
            texts = [output[beam_read.TEXTS] for output in read.values()]
            kept = {
                "events": clean[beam_clean.KEPT],
                "pairs": pairs,
                "texts": beam_files.flatten(texts, "AllTexts"),
            }
            if Kind.CATALOGUE in read:
                kept["items"] = read[Kind.CATALOGUE][beam_read.RECORDS]
            for name, collection in kept.items():
                _ = collection | f"Write[{name}]" >> beam_files.write_temporary(self._folder(name))
            quarantined = [output[beam_read.QUARANTINED] for output in read.values()]
            _ = beam_files.flatten(quarantined, "Quarantine") | (
                "WriteQuarantine" >> beam_files.write_split(quarantine_uri, columns.QUARANTINE)
            )
            _ = tuple(counts) | "WriteFacts" >> beam_facts.WriteFacts(directory)
        return beam_facts.read_facts(directory)

    def _split_plan(
        self, pairs_directory: str, clock: beam_facts.Facts, timestamp_share: float
    ) -> beam_split.SplitPlan:
        """Resolves how to split."""
        config = self._config
        strategy = splitting.choose_strategy(
            config.split.strategy, timestamp_share, config.test_events is not None
        )
        by_time = strategy in (SplitStrategy.LEAVE_LAST_OUT, SplitStrategy.GLOBAL_TIME)
        if by_time and not clock.counts[beam_clock.TIMED]:
            raise IngestionError(
                f"split: expected timestamps for '{strategy.value}', found none in the kept "
                "events. Remedy: use split.strategy random or auto."
            )
        cuts = None
        if strategy is SplitStrategy.GLOBAL_TIME:
            cuts = self._find_cuts(pairs_directory, clock)
        return beam_split.SplitPlan(strategy, config.split, cuts, config.keep_untimed_texts)

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
        plan: beam_split.SplitPlan,
        examples_uri: str,
        catalogue_uri: str,
        texts_uri: str,
    ) -> beam_facts.Facts:
        config, directory = self._config, self._folder("split")
        with self._make_pipeline() as pipeline:
            inputs = {
                name: pipeline | f"Read[{name}]" >> beam_files.read_temporary(self._folder(name))
                for name in ("events", "texts")
            }
            if config.k_core > 1:
                inputs["pairs"] = pipeline | "ReadPairs" >> beam_files.read_temporary(
                    pairs_directory
                )
            split = inputs | "Split" >> beam_split.SplitEvents(plan)
            counts = [split[beam_split.COUNTS]]
            for name in columns.EVENT_SPLITS:
                counts.append(beam_facts.count_elements(split[name], f"splits/{name}"))
                _ = split[name] | f"Write[{name}]" >> beam_files.write_split(examples_uri, name)
            _ = split[columns.TEXTS] | "WriteTexts" >> beam_files.write_split(
                texts_uri, columns.TEXTS
            )
            metadata = pipeline | "ReadItems" >> (
                beam_files.read_temporary(self._folder("items"))
                if Kind.CATALOGUE in self._plans
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
