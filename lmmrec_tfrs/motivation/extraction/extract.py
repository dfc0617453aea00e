"""From texts to weighted readings, by the strategy of the configuration."""

import dataclasses
import operator
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np
import tensorflow as tf
from apache_beam.ml.inference.base import RunInference
from apache_beam.pvalue import AsDict, AsSingleton

from lmmrec_tfrs.motivation import strategies
from lmmrec_tfrs.motivation.calibration import Calibration, Moments
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.cost import budget, cache, codecs
from lmmrec_tfrs.motivation.cost.student import (
    MAX_ANSWERS,
    Student,
    StudentReport,
    train_student,
)
from lmmrec_tfrs.motivation.extraction.cached_inference import HITS, MISSES, LookUp
from lmmrec_tfrs.motivation.extraction.combine import MomentsFn
from lmmrec_tfrs.motivation.extraction.counters import count
from lmmrec_tfrs.motivation.extraction.handlers import EncoderHandler, LanguageModelHandler
from lmmrec_tfrs.motivation.models.loader import ModelLoader
from lmmrec_tfrs.motivation.reading import Kind, Reading, Text, WeightedReading
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

_TEXTS = "texts"
_WEIGHTED = "weighted"


@dataclasses.dataclass(frozen=True)
class Caches:
    """The addresses of answers, and where they are kept, if anywhere.

    Attributes:
        encoder_fingerprint: all that the encoder's reading depends on but the text.
        language_model_fingerprint: likewise; None where no language model is asked.
        directory: the folder of all caches.
    """

    encoder_fingerprint: str
    language_model_fingerprint: str | None
    directory: str | None

    @classmethod
    def of(cls, config: ExtractionConfig, taxonomy: Taxonomy, models: ModelLoader) -> "Caches":
        """Those of a configuration."""
        asks = asks_language_model(config)
        return cls(
            cache.encoder_fingerprint(config, taxonomy, models),
            cache.language_model_fingerprint(config, taxonomy, models) if asks else None,
            config.cache_directory,
        )

    @property
    def encoder(self) -> cache.AnswerCache | None:
        """The encoder's readings."""
        if self.directory is None:
            return None
        return cache.AnswerCache(self.directory, "encoder", self.encoder_fingerprint)

    @property
    def language_model(self) -> cache.AnswerCache | None:
        """The language model's answers."""
        if self.directory is None or self.language_model_fingerprint is None:
            return None
        return cache.AnswerCache(self.directory, "language_model", self.language_model_fingerprint)


def asks_language_model(config: ExtractionConfig) -> bool:
    """Whether a configuration gives a language model anything to say."""
    return (
        config.strategy in ("score", "generate")
        and config.max_language_model_texts > 0
        and config.language_model_weight > 0
    )


class Extracted(NamedTuple):
    """What comes out: weighted readings, one calibration, and one student's report or none."""

    weighted: beam.PCollection
    calibration: beam.PCollection
    student: beam.PCollection | None


class DistinctTexts(beam.PTransform):
    """Texts by address to distinct texts: pairs of an address and a text without owners."""

    def expand(self, addressed: beam.PCollection) -> beam.PCollection:
        return (
            addressed
            | "WithoutOwners" >> beam.MapTuple(lambda a, t: (a, (t.kind.value, t.text)))
            | "Distinct" >> beam.CombinePerKey(min)
            | "ToTexts"
            >> beam.MapTuple(lambda a, found: (a, Text(Kind(found[0]), "", "", found[1])))
        )


def with_address(text: Text, fingerprint: str) -> tuple[bytes, Text]:
    """A text, with the address of what is said of it."""
    return cache.content_address(fingerprint, text.kind, text.text), text


class ExtractMotivations:
    """Texts to weighted readings.

    Every distinct text is read once, whoever and however many wrote it: it counts once in the
    budget and in the calibration.

    Args:
        config: the settings.
        taxonomy: the motivations.
        models: what loads the models.
        caches: where answers are kept.
        student_directory: where the student and its report are written.
    """

    def __init__(
        self,
        config: ExtractionConfig,
        taxonomy: Taxonomy,
        models: ModelLoader,
        caches: Caches,
        student_directory: str,
    ):
        self._config = config
        self._taxonomy = taxonomy
        self._models = models
        self._caches = caches
        self._student_directory = student_directory

    def apply(self, texts: beam.PCollection) -> Extracted:
        """Reads texts."""
        config = self._config
        addressed = texts | "Address" >> beam.Map(with_address, self._caches.encoder_fingerprint)
        readings = self._read_with_encoder(addressed)
        similarity = AsDict(self._moments(readings, "Similarity", lambda r: r.similarity))
        calibration: beam.PCollection
        student = None
        if self._caches.language_model_fingerprint is None:
            calibration = (
                texts.pipeline
                | "One" >> beam.Create([None])
                | ("Calibration" >> beam.Map(lambda _, by_kind: Calibration(by_kind), similarity))
            )
            judged = readings
        else:
            answered, others = self._read_with_language_model(readings, similarity)
            predicted, student = self._read_with_student(answered, others, similarity)
            judged = (answered, predicted) | "Judged" >> beam.Flatten()
            calibration = self._calibrate(judged, similarity)
        weighted = (
            judged
            | "Weigh"
            >> beam.Map(
                strategies.weigh,
                AsSingleton(calibration),
                config.temperature,
                config.language_model_weight,
            )
            | "WithAddress" >> beam.Map(self._weighted_with_address)
        )
        owned = (
            {_TEXTS: addressed, _WEIGHTED: weighted}
            | "JoinOwners" >> beam.CoGroupByKey()
            | "GiveToOwners" >> beam.FlatMap(_give_to_owners)
        )
        return Extracted(owned, calibration, student)

    def _weighted_with_address(self, weighted: WeightedReading) -> tuple[bytes, WeightedReading]:
        address, _ = with_address(weighted.reading.source, self._caches.encoder_fingerprint)
        return address, weighted

    def _read_with_encoder(self, addressed: beam.PCollection) -> beam.PCollection:
        found = (
            addressed
            | DistinctTexts()
            | "EncoderCache" >> LookUp(self._caches.encoder, _cached_reading, "encoder_cache_hits")
        )
        handler = EncoderHandler(self._config, self._taxonomy, self._models, self._caches.encoder)
        read = (
            found[MISSES]
            | "SpreadTexts" >> beam.Reshuffle()
            | "ReadWithEncoder" >> RunInference(handler)
        )
        return (
            (found[HITS], read)
            | "AllReadings" >> beam.Flatten()
            | "Readings" >> beam.Values()
            # Materialised: nothing downstream may run the model again.
            | "KeepReadings" >> beam.Reshuffle()
        )

    def _read_with_language_model(
        self, readings: beam.PCollection, similarity: AsDict
    ) -> tuple[beam.PCollection, beam.PCollection]:
        """Readings with an answer, and all the others."""
        config = self._config
        fingerprint = self._caches.language_model_fingerprint
        assert fingerprint is not None
        others, eligible = readings | "Eligible" >> beam.Partition(
            lambda reading, _: int(budget.may_be_read(reading.source)), 2
        )
        found = (
            eligible
            | "AddressOfAnswer"
            >> beam.Map(
                lambda r: (cache.content_address(fingerprint, r.source.kind, r.source.text), r)
            )
            | "LanguageModelCache" >> LookUp(self._caches.language_model, _cached_answer)
        )
        candidates = (found[HITS], found[MISSES]) | "Candidates" >> beam.Flatten()
        prioritised = candidates | "Prioritise" >> beam.Map(
            _with_priority,
            similarity,
            config.temperature,
            config.min_language_model_words,
            config.seed,
        )
        threshold = (
            prioritised
            | "Priorities" >> beam.Keys()
            | "Budget" >> beam.combiners.Top.Largest(config.max_language_model_texts)
            | "Threshold" >> beam.Map(lambda priorities: sorted(priorities)[:1])
        )
        spared, to_ask, answered = prioritised | "Select" >> beam.Partition(
            _selected, 3, AsSingleton(threshold)
        )
        handler = LanguageModelHandler(
            config, self._taxonomy, self._models, self._caches.language_model
        )
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

    def _read_with_student(
        self, answered: beam.PCollection, others: beam.PCollection, similarity: AsDict
    ) -> tuple[beam.PCollection, beam.PCollection | None]:
        """The others with the student's predictions, where it has something to say."""
        if not self._config.student:
            return others, None
        trained = (
            answered
            | "Lessons" >> beam.Map(_lesson, similarity, self._config.seed)
            | "SomeLessons" >> beam.combiners.Top.Largest(MAX_ANSWERS, key=operator.itemgetter(0))
            | "Train" >> beam.Map(_train, self._student_directory)
        )
        predicted = others | "Predict" >> beam.Map(_predict, AsSingleton(trained), similarity)
        return predicted, trained | "StudentReport" >> beam.Map(operator.itemgetter(1))

    def _calibrate(self, judged: beam.PCollection, similarity: AsDict) -> beam.PCollection:
        by_judge = {
            judge: judged | f"By-{judge}" >> beam.Filter(_judged_by, judge)
            for judge in (strategies.LANGUAGE_MODEL, strategies.STUDENT)
        }
        answers = AsDict(
            self._moments(
                by_judge[strategies.LANGUAGE_MODEL], "Answers", lambda r: r.language_model_scores
            )
        )
        predictions = AsDict(
            self._moments(by_judge[strategies.STUDENT], "Predictions", lambda r: r.predicted_scores)
        )
        averages = AsDict(
            tuple(by_judge.values())
            | "ByBoth" >> beam.Flatten()
            | "Average"
            >> beam.Map(
                _average, self._config.language_model_weight, similarity, answers, predictions
            )
            | "AverageMoments" >> beam.CombinePerKey(MomentsFn(len(self._taxonomy)))
        )
        calibrations: beam.PCollection = (
            judged.pipeline
            | "One" >> beam.Create([None])
            | "Calibration"
            >> beam.Map(
                lambda _, *parts: Calibration(*parts), similarity, answers, predictions, averages
            )
        )
        return calibrations

    def _moments(self, readings: beam.PCollection, label: str, scores: Any) -> beam.PCollection:
        return (
            readings
            | f"{label}ByKind" >> beam.Map(lambda r: (r.source.kind.value, scores(r)))
            | f"{label}Moments" >> beam.CombinePerKey(MomentsFn(len(self._taxonomy)))
        )


def _give_to_owners(
    element: tuple[bytes, Any],
) -> Iterator[WeightedReading]:
    _, grouped = element
    for weighted in grouped[_WEIGHTED]:
        for text in grouped[_TEXTS]:
            yield weighted.of(text)


def _cached_reading(text: Text, example: tf.train.Example) -> Reading:
    return codecs.reading_from_example(example, text)


def _cached_answer(reading: Reading, example: tf.train.Example) -> Reading:
    answer = codecs.answer_from_example(example)
    return reading.with_answer(answer.scores, answer.profile)


def _with_priority(
    addressed: tuple[bytes, Any],
    similarity: Mapping[str, Moments],
    temperature: float,
    min_words: int,
    seed: int,
) -> tuple[budget.Priority, tuple[bytes, Any]]:
    reading: Reading = addressed[1]
    answered = reading.is_answered
    priority = budget.language_model_priority(
        reading, similarity, temperature, min_words, seed, answered
    )
    return priority, addressed


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


def _lesson(
    reading: Reading, similarity: Mapping[str, Moments], seed: int
) -> tuple[str, np.ndarray, np.ndarray, np.ndarray]:
    return (
        budget.seeded_digest(seed, reading.source),
        reading.vector,
        strategies.encoder_scores(reading, similarity).astype(np.float32),
        np.asarray(reading.language_model_scores),
    )


def _train(
    lessons: list[tuple[str, np.ndarray, np.ndarray, np.ndarray]], directory: str
) -> tuple[Student | None, StudentReport]:
    # By digest: a random order that no runner can change.
    ordered = sorted(lessons, key=operator.itemgetter(0))
    student, report = train_student(
        *(
            np.stack([lesson[i] for lesson in ordered]) if ordered else np.zeros((0, 1))
            for i in (1, 2, 3)
        )
    )
    if student is not None:
        student.save(directory)
    report.save(directory)
    return student, report


def _predict(
    reading: Reading,
    trained: tuple[Student | None, StudentReport],
    similarity: Mapping[str, Moments],
) -> Reading:
    student, _ = trained
    # The catalogue's style is not that of the texts that the student learnt from.
    if student is None or not budget.may_be_read(reading.source):
        return reading
    count("student_texts")
    scores = strategies.encoder_scores(reading, similarity)
    return reading.with_prediction(student.predict(reading.vector, scores))


def _judged_by(reading: Reading, judge: str) -> bool:
    return strategies.judge_of(reading) == judge


def _average(
    reading: Reading, share: float, *parts: Mapping[str, Moments]
) -> tuple[str, np.ndarray]:
    judge = strategies.judge_of(reading)
    assert judge is not None
    return judge, strategies.averaged_scores(reading, Calibration(*parts), share)
