"""The extraction as a Beam pipeline: models on the workers, statistics as side inputs."""

import functools
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import apache_beam as beam
import tensorflow as tf
from apache_beam.ml.inference.base import ModelHandler, RunInference
from apache_beam.pvalue import AsDict, AsSingleton

from lmmrec_tfrs.data import columns, records
from lmmrec_tfrs.data.example_files import split_directory
from lmmrec_tfrs.motivation import strategies
from lmmrec_tfrs.motivation.calibration import Moments
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.extraction import report as reports
from lmmrec_tfrs.motivation.extraction.encoder_reader import EncoderReader
from lmmrec_tfrs.motivation.extraction.progress import Progress
from lmmrec_tfrs.motivation.language_model import LanguageModelReader
from lmmrec_tfrs.motivation.models.loader import ModelLoader, PackagedModels
from lmmrec_tfrs.motivation.reading import (
    Kind,
    Reading,
    Text,
    WeightedReading,
    catalogue_text,
    review_text,
)
from lmmrec_tfrs.motivation.rollup import Rollup
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

_NAMESPACE = "motivation_extraction"
_ENCODER = "encoder"
_LANGUAGE_MODEL = "language_model"


class _CountedModel:
    """A model with the account of what it read."""

    def __init__(self, model: Any, label: str):
        self.model = model
        self._label = label
        self._progress = Progress(label.replace("_", " "))

    def count(self, texts: int, tokens: int, seconds: float) -> None:
        """Counts a batch, in Beam's metrics and in the log."""
        for unit, amount in (("texts", texts), ("tokens", tokens), ("microseconds", seconds * 1e6)):
            beam.metrics.Metrics.counter(_NAMESPACE, f"{self._label}_{unit}").inc(round(amount))
        self._progress.add(texts, tokens)


class EncoderHandler(ModelHandler[Text, Reading, _CountedModel]):
    """Reads texts with the encoder."""

    def __init__(self, config: ExtractionConfig, taxonomy: Taxonomy, models: ModelLoader):
        super().__init__()
        self._config = config
        self._taxonomy = taxonomy
        self._models = models

    def load_model(self) -> _CountedModel:
        """Loads the encoder, once a worker."""
        encoder = self._models.load_encoder(self._config)
        return _CountedModel(EncoderReader(encoder, self._taxonomy), _ENCODER)

    def run_inference(
        self,
        batch: Sequence[Text],
        model: _CountedModel,
        inference_args: dict[str, Any] | None = None,
    ) -> Iterable[Reading]:
        """Reads a batch."""
        reader: EncoderReader = model.model
        started, tokens = time.monotonic(), reader.num_tokens_read
        readings = reader.read(batch)
        model.count(len(batch), reader.num_tokens_read - tokens, time.monotonic() - started)
        return readings

    def batch_elements_kwargs(self) -> Mapping[str, Any]:
        """Batches of a fixed size: the encoder sorts them by length itself."""
        size = self._config.encoder_batch_size
        return {"min_batch_size": size, "max_batch_size": size}


class LanguageModelHandler(ModelHandler[Reading, Reading, _CountedModel]):
    """Adds the likelihood of each motivation to readings."""

    def __init__(self, config: ExtractionConfig, taxonomy: Taxonomy, models: ModelLoader):
        super().__init__()
        self._config = config
        self._taxonomy = taxonomy
        self._models = models

    def load_model(self) -> _CountedModel:
        """Loads the language model, once a worker."""
        return _CountedModel(
            self._models.load_reader(self._config, self._taxonomy), _LANGUAGE_MODEL
        )

    def run_inference(
        self,
        batch: Sequence[Reading],
        model: _CountedModel,
        inference_args: dict[str, Any] | None = None,
    ) -> Iterable[Reading]:
        """Reads a batch."""
        reader: LanguageModelReader = model.model
        started, tokens = time.monotonic(), reader.num_tokens_read
        answers = reader.read([reading.source for reading in batch])
        model.count(len(batch), reader.num_tokens_read - tokens, time.monotonic() - started)
        return [
            reading.with_answer(answer.scores, answer.profile)
            for reading, answer in zip(batch, answers, strict=True)
        ]

    def batch_elements_kwargs(self) -> Mapping[str, Any]:
        """Two of the model's batches at once: it sorts them by length itself."""
        size = 2 * self._config.score.batch_size
        return {"min_batch_size": size, "max_batch_size": size}


class _MomentsFn(beam.CombineFn):
    """Combines score vectors into their moments."""

    def __init__(self, num_motivations: int):
        self._num_motivations = num_motivations

    def create_accumulator(self) -> Moments:
        return Moments.zero(self._num_motivations)

    def add_input(self, accumulator: Moments, scores: Any) -> Moments:
        return accumulator.add(scores)

    def merge_accumulators(self, accumulators: Iterable[Moments]) -> Moments:
        return self.create_accumulator().merge(accumulators)

    def extract_output(self, accumulator: Moments) -> Moments:
        return accumulator


class _RollupFn(beam.CombineFn):
    """Combines the weighted readings of an owner; the accumulator holds at most one roll-up."""

    def create_accumulator(self) -> list[Rollup]:
        return []

    def add_input(self, accumulator: list[Rollup], weighted: WeightedReading) -> list[Rollup]:
        return [accumulator[0].add(weighted) if accumulator else Rollup.of(weighted)]

    def merge_accumulators(self, accumulators: Iterable[list[Rollup]]) -> list[Rollup]:
        parts = [rollup for accumulator in accumulators for rollup in accumulator]
        return [functools.reduce(Rollup.merge, parts)] if parts else []

    def extract_output(self, accumulator: list[Rollup]) -> Rollup:
        return accumulator[0]


class _ReadTexts(beam.PTransform):
    """Reads the texts of one split, and counts the rows that have none."""

    def __init__(self, uri: str, split: str, parse: Callable[[bytes], Text]):
        super().__init__()
        self._pattern = os.path.join(split_directory(uri, split), "*")
        self._split = split
        self._parse = parse

    def expand(self, root: Any) -> beam.PCollection:
        if not tf.io.gfile.glob(self._pattern):
            raise FileNotFoundError(
                f"expected TFRecord files of the split '{self._split}' at {self._pattern}, found "
                "none."
            )
        split = self._split

        def has_text(text: Text) -> bool:
            outcome = "with_text" if text.text else "without_text"
            beam.metrics.Metrics.counter(_NAMESPACE, f"{split}_{outcome}").inc()
            return bool(text.text)

        return (
            root
            | "Read" >> beam.io.ReadFromTFRecord(self._pattern)
            | "Parse" >> beam.Map(self._parse)
            | "LeaveOutBlank" >> beam.Filter(has_text)
        )


def _parse_event(serialized: bytes) -> Text:
    return review_text(records.event_from_example(tf.train.Example.FromString(serialized)))


def _parse_item(serialized: bytes) -> Text:
    return catalogue_text(records.item_from_example(tf.train.Example.FromString(serialized)))


class ExtractMotivations(beam.PTransform):
    """Texts to weighted readings, by the strategy of the configuration."""

    def __init__(self, config: ExtractionConfig, taxonomy: Taxonomy, models: ModelLoader):
        super().__init__()
        self._config = config
        self._taxonomy = taxonomy
        self._models = models

    def expand(self, texts: beam.PCollection) -> beam.PCollection:
        config = self._config
        readings = (
            texts
            | "SpreadTexts" >> beam.Reshuffle()
            | "ReadWithEncoder"
            >> RunInference(EncoderHandler(config, self._taxonomy, self._models))
            # Materialised: nothing downstream may run the model again.
            | "KeepReadings" >> beam.Reshuffle()
        )
        similarity = AsDict(
            readings
            | "SimilarityByKind" >> beam.Map(lambda r: (r.source.kind.value, r.similarity))
            | "SimilarityMoments" >> beam.CombinePerKey(_MomentsFn(len(self._taxonomy)))
        )
        if config.strategy == "encode" or config.max_language_model_texts == 0:
            return readings | "Weigh" >> beam.Map(
                strategies.weigh_by_encoder, config.temperature, similarity
            )
        return self._with_language_model(readings, similarity)

    def _with_language_model(
        self, readings: beam.PCollection, similarity: AsDict
    ) -> beam.PCollection:
        config = self._config
        ranking = (config.temperature, config.min_language_model_words, config.seed)
        prioritised = readings | "Prioritise" >> beam.Map(_with_priority, similarity, *ranking)
        threshold = (
            prioritised
            | "OfReviews" >> beam.Filter(lambda pair: _is_review(pair[1]))
            | "Priorities" >> beam.Keys()
            | "Budget" >> beam.combiners.Top.Largest(config.max_language_model_texts)
            | "Threshold" >> beam.Map(lambda priorities: sorted(priorities)[:1])
        )
        spared, selected = prioritised | "Select" >> beam.Partition(
            _is_chosen, 2, AsSingleton(threshold)
        )
        scored = (
            selected
            | "Selected" >> beam.Values()
            | "SpreadSelected" >> beam.Reshuffle()
            | "ReadWithLanguageModel"
            >> RunInference(LanguageModelHandler(config, self._taxonomy, self._models))
            | "KeepLikelihoods" >> beam.Reshuffle()
        )
        moments_fn = _MomentsFn(len(self._taxonomy))
        likelihood = AsSingleton(
            scored
            | "Likelihoods" >> beam.Map(lambda reading: reading.language_model_scores)
            | "LikelihoodMoments" >> beam.CombineGlobally(moments_fn)
        )
        averaged = AsSingleton(
            scored
            | "Average" >> beam.Map(strategies.averaged_scores, similarity, likelihood)
            | "AverageMoments" >> beam.CombineGlobally(moments_fn)
        )
        by_both = scored | "WeighByBoth" >> beam.Map(
            strategies.weigh_by_both, config.temperature, similarity, likelihood, averaged
        )
        by_encoder = (
            spared
            | "Spared" >> beam.Values()
            | "WeighByEncoder"
            >> beam.Map(strategies.weigh_by_encoder, config.temperature, similarity)
        )
        return (by_both, by_encoder) | "AllWeighted" >> beam.Flatten()


def _with_priority(
    reading: Reading,
    similarity: Mapping[str, Moments],
    temperature: float,
    min_words: int,
    seed: int,
) -> tuple[strategies.Priority, Reading]:
    priority = strategies.language_model_priority(reading, similarity, temperature, min_words, seed)
    return priority, reading


def _is_review(reading: Reading) -> bool:
    return reading.source.kind == Kind.REVIEW


def _is_chosen(
    pair: tuple[strategies.Priority, Reading],
    num_partitions: int,
    threshold: Sequence[strategies.Priority],
) -> int:
    """Partition 1 for reviews whose priority reaches the least of those in the budget."""
    priority, reading = pair
    return int(_is_review(reading) and any(priority >= least for least in threshold))


def run_extraction(
    make_pipeline: Callable[[], beam.Pipeline],
    examples_uri: str,
    catalogue_uri: str,
    output_uri: str,
    config: ExtractionConfig,
    taxonomy: Taxonomy,
    models: ModelLoader | None = None,
) -> reports.ExtractionReport:
    """Reads the motivations of the training reviews and of the catalogue.

    No split of the events but the training split is opened.

    Args:
        make_pipeline: makes an empty Beam pipeline.
        examples_uri: the events, by split.
        catalogue_uri: the items.
        output_uri: where the splits `reviews`, `users` and `items`, the taxonomy and the
            report are written.
        config: the settings.
        taxonomy: the motivations.
        models: what loads the models; the packaged ones by default.

    Returns:
        The report, which was also written.

    Raises:
        FileNotFoundError: there is no training split or no catalogue, or a model is missing.
    """
    models = models or PackagedModels()
    started = time.monotonic()
    pipeline = make_pipeline()
    with pipeline:
        reviews = pipeline | "Events" >> _ReadTexts(examples_uri, columns.TRAIN, _parse_event)
        items = pipeline | "Catalogue" >> _ReadTexts(catalogue_uri, columns.CATALOGUE, _parse_item)
        weighted = (
            (reviews, items)
            | "AllTexts" >> beam.Flatten()
            | "Extract" >> ExtractMotivations(config, taxonomy, models)
        )
        _write(weighted, output_uri, taxonomy.names, config.evidence_per_owner)
    report = _report(pipeline, config, taxonomy, models, time.monotonic() - started)
    _write_text(output_uri, reports.TAXONOMY_FILE_NAME, taxonomy.to_yaml())
    _write_text(output_uri, reports.FILE_NAME, report.to_json())
    return report


def _write(
    weighted: beam.PCollection, output_uri: str, names: tuple[str, ...], evidence: int
) -> None:
    reviews = weighted | "Reviews" >> beam.Filter(lambda w: _is_review(w.reading))
    _write_split(
        reviews | "ReviewRecords" >> beam.Map(lambda w: w.to_record(names, evidence)),
        records.review_motivations_to_example,
        output_uri,
        columns.REVIEWS,
    )
    for split, owned, owner in (
        (columns.USERS, reviews, lambda w: w.reading.source.user_id),
        (columns.ITEMS, weighted, lambda w: w.reading.source.item_id),
    ):
        rolled = (
            owned
            | f"Key-{split}" >> beam.WithKeys(owner)
            | f"RollUp-{split}" >> beam.CombinePerKey(_RollupFn())
            | f"Records-{split}"
            >> beam.MapTuple(lambda key, rollup: rollup.to_record(key, names, evidence))
        )
        _write_split(rolled, records.owner_motivations_to_example, output_uri, split)


def _write_split(
    rows: beam.PCollection,
    to_example: Callable[[Any], tf.train.Example],
    output_uri: str,
    split: str,
) -> None:
    prefix = os.path.join(split_directory(output_uri, split), "data_tfrecord")
    _ = (
        rows
        | f"Serialise-{split}" >> beam.Map(lambda row: to_example(row).SerializeToString())
        | f"Write-{split}" >> beam.io.WriteToTFRecord(prefix, file_name_suffix=".gz")
    )


def _report(
    pipeline: beam.Pipeline,
    config: ExtractionConfig,
    taxonomy: Taxonomy,
    models: ModelLoader,
    seconds: float,
) -> reports.ExtractionReport:
    query = beam.metrics.MetricsFilter().with_namespace(_NAMESPACE)
    counters = {
        counter.key.metric.name: counter.result
        for counter in pipeline.result.metrics().query(query)["counters"]
    }
    return reports.ExtractionReport.from_counters(
        counters,
        config,
        taxonomy,
        models.encoder_fingerprint(config),
        models.reader_fingerprint(config, taxonomy) if config.strategy == "score" else None,
        seconds,
    )


def _write_text(uri: str, name: str, text: str) -> None:
    tf.io.gfile.makedirs(uri)
    with tf.io.gfile.GFile(os.path.join(uri, name), "w") as file:
        file.write(text)
