"""Which texts the language model reads, and having it read them."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import apache_beam as beam
import tensorflow as tf
from apache_beam.ml.inference.base import RunInference
from apache_beam.pvalue import AsDict, AsSingleton

from lmmrec_tfrs.motivation.calibration import Moments
from lmmrec_tfrs.motivation.cost import budget, cache, codecs
from lmmrec_tfrs.motivation.engine import ReadingEngine
from lmmrec_tfrs.motivation.extraction.cached_inference import HITS, MISSES, LookUp
from lmmrec_tfrs.motivation.extraction.caches import Caches
from lmmrec_tfrs.motivation.extraction.counters import count
from lmmrec_tfrs.motivation.extraction.handlers import LanguageModelHandler
from lmmrec_tfrs.motivation.models.loader import ModelLoader
from lmmrec_tfrs.motivation.reading import Reading
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


def ask_language_model(
    readings: beam.PCollection,
    similarity: AsDict,
    engine: ReadingEngine,
    taxonomy: Taxonomy,
    models: ModelLoader,
    caches: Caches,
) -> tuple[beam.PCollection, beam.PCollection]:
    """Has the language model read the texts of the budget, cached answers first.

    Args:
        readings: what the encoder said.
        similarity: moments of the encoder's similarities, by kind of text.
        engine: the steps, with the settings.
        taxonomy: the motivations.
        models: what loads the models.
        caches: where answers are kept.

    Returns:
        Readings with an answer, and all the others.
    """
    config = engine.config
    fingerprint = caches.language_model_fingerprint
    assert fingerprint is not None
    others, eligible = readings | "Eligible" >> beam.Partition(
        lambda reading, _: int(budget.may_be_read(reading.source)), 2
    )
    found = (
        eligible
        | "AddressOfAnswer"
        >> beam.Map(lambda r: (cache.content_address(fingerprint, r.source.kind, r.source.text), r))
        | "LanguageModelCache" >> LookUp(caches.language_model, _cached_answer)
    )
    candidates = (found[HITS], found[MISSES]) | "Candidates" >> beam.Flatten()
    prioritised = candidates | "Prioritise" >> beam.Map(_with_priority, similarity, engine)
    threshold = (
        prioritised
        | "Priorities" >> beam.Keys()
        | "Budget" >> beam.combiners.Top.Largest(config.max_language_model_texts)
        | "Threshold" >> beam.Map(lambda priorities: sorted(priorities)[:1])
    )
    spared, to_ask, answered = prioritised | "Select" >> beam.Partition(
        _selected, 3, AsSingleton(threshold)
    )
    handler = LanguageModelHandler(config, taxonomy, models, caches.language_model)
    asked = (
        to_ask
        | "ToAsk" >> beam.Values()
        | "SpreadToAsk" >> beam.Reshuffle()
        | "ReadWithLanguageModel" >> RunInference(handler)
    )
    cached = answered | "Cached" >> beam.MapTuple(lambda _, pair: _counted_hit(pair[1]))
    silent, scored = (
        (asked, cached)
        | "Answered" >> beam.Flatten()
        | "KeepAnswers" >> beam.Reshuffle()
        | "WithScores" >> beam.Partition(_has_scores, 2)
    )
    spared = spared | "Spared" >> beam.MapTuple(lambda _, pair: _without_answer(pair[1]))
    return scored, (others, spared, silent) | "NotAnswered" >> beam.Flatten()


def _cached_answer(reading: Reading, example: tf.train.Example) -> Reading:
    answer = codecs.answer_from_example(example)
    return reading.with_answer(answer.scores, answer.profile)


def _with_priority(
    addressed: tuple[bytes, Any],
    similarity: Mapping[str, Moments],
    engine: ReadingEngine,
) -> tuple[budget.Priority, tuple[bytes, Any]]:
    reading: Reading = addressed[1]
    return engine.priority(reading, similarity, reading.is_answered), addressed


def _selected(
    pair: tuple[budget.Priority, Any], num_partitions: int, threshold: Sequence[budget.Priority]
) -> int:
    """0: not in the budget; 1: to be asked; 2: answered before."""
    priority, _ = pair
    if not any(priority >= least for least in threshold):
        return 0
    return 2 if priority[0] else 1


def _has_scores(reading: Reading, num_partitions: int) -> int:
    if reading.language_model_scores is None:
        count("language_model_answers_without_scores")
        return 0
    return 1


def _counted_hit(reading: Reading) -> Reading:
    count("language_model_cache_hits")
    return reading


def _without_answer(reading: Reading) -> Reading:
    """Beyond the budget a cached answer is left alone: the budget says what the weights rest on."""
    return dataclasses.replace(reading, language_model_scores=None, profile=None)
