"""What an extraction would cost, before it is run: texts, tokens, time."""

import dataclasses
import os
import time
from collections.abc import Callable, Sequence
from typing import Any

import apache_beam as beam
import tensorflow as tf

from lmmrec_tfrs.data.example_files import split_directory
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.cost import budget, cache
from lmmrec_tfrs.motivation.extraction import counters
from lmmrec_tfrs.motivation.extraction.cached_inference import HITS, MISSES, LookUp
from lmmrec_tfrs.motivation.extraction.caches import Caches
from lmmrec_tfrs.motivation.extraction.extract import DistinctTexts, with_address
from lmmrec_tfrs.motivation.extraction.texts import AllTexts
from lmmrec_tfrs.motivation.models.loader import ModelLoader, NamedModels
from lmmrec_tfrs.motivation.reading import Kind, Text
from lmmrec_tfrs.motivation.strategies.strategy import strategy_of
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

_SAMPLE = "sample"
# Texts that are read to take the time, after a few that warm the model up.
_ENCODER_SAMPLE = 256
_LANGUAGE_MODEL_SAMPLE = 24
_WARM_UP = 8


@dataclasses.dataclass(frozen=True)
class ModelEstimate:
    """What one model would read.

    Attributes:
        distinct: texts that differ, of those that the model may read.
        cached: those whose answer is kept.
        to_read: those that the model would be asked for.
        sample: texts that it was timed on; no figure below is better than this sample.
        tokens: that it would read.
        seconds: that it would take on one such worker as this, loading left out.
        seconds_to_load: that loading took.
    """

    distinct: int
    cached: int
    to_read: int
    sample: int
    tokens: int
    seconds: float
    seconds_to_load: float


@dataclasses.dataclass(frozen=True)
class CostEstimate:
    """What an extraction would cost.

    Attributes:
        texts: all that are not blank.
        encoder: what the encoder would read.
        language_model: what the language model would read, where one is asked.
    """

    texts: int
    encoder: ModelEstimate
    language_model: ModelEstimate | None


def estimate_cost(
    make_pipeline: Callable[[], beam.Pipeline],
    examples_uri: str,
    catalogue_uri: str,
    temporary_uri: str,
    config: ExtractionConfig,
    taxonomy: Taxonomy,
    models: ModelLoader | None = None,
    texts_uri: str | None = None,
) -> CostEstimate:
    """Counts texts with Beam, and times the models on a seeded sample of those without an answer.

    Nothing is written to the cache.

    Args:
        make_pipeline: makes an empty Beam pipeline.
        examples_uri: the events, by split.
        catalogue_uri: the items.
        temporary_uri: a folder for the sample, which is deleted again.
        config: the settings.
        taxonomy: the motivations.
        models: what loads the models; those that the settings name by default.
        texts_uri: events without a purchase, if there are any.

    Raises:
        FileNotFoundError: there is no training split or no catalogue, or a model is missing.
    """
    models = models or NamedModels()
    caches = Caches.of(config, taxonomy, models)
    pipeline = make_pipeline()
    try:
        with pipeline:
            addressed = (
                pipeline
                | AllTexts(config, examples_uri, catalogue_uri, texts_uri)
                | "Count" >> beam.Map(_counted, "texts")
                | "Address" >> beam.Map(with_address, caches.encoder_fingerprint)
            )
            texts = addressed | DistinctTexts() | "Texts" >> beam.Values()
            _look_up(
                texts, counters.ENCODER, caches.encoder, config, _ENCODER_SAMPLE, temporary_uri
            )
            if caches.language_model_fingerprint is not None:
                eligible = texts | "Eligible" >> beam.Filter(budget.may_be_read)
                _look_up(
                    eligible,
                    counters.LANGUAGE_MODEL,
                    caches.language_model,
                    config,
                    _LANGUAGE_MODEL_SAMPLE,
                    temporary_uri,
                )
        counts = counters.totals(pipeline.result)
        samples = {
            label: _read_sample(temporary_uri, label)
            for label in (counters.ENCODER, counters.LANGUAGE_MODEL)
        }
    finally:
        if tf.io.gfile.exists(temporary_uri):
            tf.io.gfile.rmtree(temporary_uri)

    language_model = None
    if caches.language_model_fingerprint is not None:
        distinct = counts.get(f"{counters.LANGUAGE_MODEL}_distinct", 0)
        cached = min(
            counts.get(f"{counters.LANGUAGE_MODEL}_cached", 0), config.max_language_model_texts
        )
        language_model = _timed(
            samples[counters.LANGUAGE_MODEL],
            lambda: models.load_reader(config, taxonomy),
            distinct,
            cached,
            min(distinct, config.max_language_model_texts) - cached,
        )
    distinct = counts.get(f"{counters.ENCODER}_distinct", 0)
    cached = counts.get(f"{counters.ENCODER}_cached", 0)
    return CostEstimate(
        texts=counts.get("texts", 0),
        encoder=_timed(
            samples[counters.ENCODER],
            lambda: strategy_of(config).load_text_reader(
                taxonomy, lambda: models.load_encoder(config)
            ),
            distinct,
            cached,
            distinct - cached,
        ),
        language_model=language_model,
    )


def _look_up(
    texts: beam.PCollection,
    label: str,
    answers: cache.AnswerCache | None,
    config: ExtractionConfig,
    sample: int,
    temporary_uri: str,
) -> None:
    """Counts distinct and cached texts, and writes a sample of those without an answer."""
    fingerprint = answers.fingerprint if answers is not None else ""
    found = (
        texts
        | f"Distinct-{label}" >> beam.Map(_counted, f"{label}_distinct")
        | f"Address-{label}" >> beam.Map(with_address, fingerprint)
        | f"Cache-{label}" >> LookUp(answers, _keep_text, f"{label}_cached")
    )
    _ = found[HITS] | f"Hits-{label}" >> beam.Values()
    of_language_model = label == counters.LANGUAGE_MODEL
    minimum = config.min_language_model_words if of_language_model else 0
    _ = (
        found[MISSES]
        | f"Rank-{label}" >> beam.MapTuple(lambda _, text: _rank(text, minimum, config.seed))
        | f"Sample-{label}" >> beam.combiners.Top.Largest(sample + _WARM_UP)
        | f"Spread-{label}" >> beam.FlatMap(lambda ranked: ranked)
        | f"Serialise-{label}" >> beam.Map(_serialise)
        | f"Write-{label}"
        >> beam.io.WriteToTFRecord(
            os.path.join(split_directory(temporary_uri, f"{_SAMPLE}-{label}"), "data"),
            file_name_suffix=".gz",
            num_shards=1,
        )
    )


def _counted(text: Text, name: str) -> Text:
    counters.count(name)
    return text


def _keep_text(text: Text, example: tf.train.Example) -> Text:
    return text


def _rank(text: Text, min_words: int, seed: int) -> tuple[bool, str, str, str]:
    long_enough = len(text.text.split()) >= min_words
    return long_enough, budget.seeded_digest(seed, text), text.kind.value, text.text


def _serialise(ranked: tuple[bool, str, str, str]) -> bytes:
    values = [part.encode("utf-8") for part in ranked[2:]]
    feature = tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
    example = tf.train.Example(features=tf.train.Features(feature={_SAMPLE: feature}))
    serialised: bytes = example.SerializeToString()
    return serialised


def _read_sample(uri: str, label: str) -> list[Text]:
    files = tf.io.gfile.glob(os.path.join(split_directory(uri, f"{_SAMPLE}-{label}"), "*"))
    texts = []
    for record in tf.data.TFRecordDataset(files, compression_type="GZIP").as_numpy_iterator():
        feature = tf.train.Example.FromString(record).features.feature[_SAMPLE]
        kind, text = (value.decode("utf-8") for value in feature.bytes_list.value)
        texts.append(Text(Kind(kind), "", "", text))
    return texts


def _timed(
    sample: Sequence[Text], load: Callable[[], Any], distinct: int, cached: int, to_read: int
) -> ModelEstimate:
    to_read = max(to_read, 0)
    if not sample or not to_read:
        return ModelEstimate(distinct, cached, to_read, 0, 0, 0.0, 0.0)
    started = time.monotonic()
    reader = load()
    loaded = time.monotonic() - started
    # The first texts pay for what TensorFlow compiles; where there are no others, they count.
    reader.read(sample[:_WARM_UP])
    timed = sample[_WARM_UP:] or sample
    started, tokens = time.monotonic(), reader.num_tokens_read
    reader.read(timed)
    per_text = to_read / len(timed)
    return ModelEstimate(
        distinct=distinct,
        cached=cached,
        to_read=to_read,
        sample=len(timed),
        tokens=round((reader.num_tokens_read - tokens) * per_text),
        seconds=(time.monotonic() - started) * per_text,
        seconds_to_load=loaded,
    )
