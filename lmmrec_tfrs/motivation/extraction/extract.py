"""From texts to weighted readings, by the strategy of the configuration."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam
import tensorflow as tf
from apache_beam.ml.inference.base import RunInference
from apache_beam.pvalue import AsDict, AsSingleton

from lmmrec_tfrs.motivation.calibration import Calibration
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.cost import cache, codecs
from lmmrec_tfrs.motivation.engine import ReadingEngine
from lmmrec_tfrs.motivation.extraction.asking import ask_language_model
from lmmrec_tfrs.motivation.extraction.cached_inference import HITS, MISSES, LookUp
from lmmrec_tfrs.motivation.extraction.caches import Caches
from lmmrec_tfrs.motivation.extraction.calibrating import calibrate, moments_by_kind
from lmmrec_tfrs.motivation.extraction.handlers import EncoderHandler
from lmmrec_tfrs.motivation.extraction.teaching import teach_student
from lmmrec_tfrs.motivation.models.loader import ModelLoader
from lmmrec_tfrs.motivation.reading import Kind, Reading, Text, WeightedReading
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

_TEXTS = "texts"
_WEIGHTED = "weighted"


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
        self._engine = ReadingEngine(config)
        self._taxonomy = taxonomy
        self._models = models
        self._caches = caches
        self._student_directory = student_directory

    def apply(self, texts: beam.PCollection) -> Extracted:
        """Reads texts."""
        engine = self._engine
        addressed = texts | "Address" >> beam.Map(with_address, self._caches.encoder_fingerprint)
        readings = self._read_with_encoder(addressed)
        similarity = AsDict(
            moments_by_kind(readings, "Similarity", lambda r: r.similarity, len(self._taxonomy))
        )
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
            answered, others = ask_language_model(
                readings, similarity, engine, self._taxonomy, self._models, self._caches
            )
            predicted, student = teach_student(
                answered, others, similarity, engine, self._student_directory
            )
            judged = (answered, predicted) | "Judged" >> beam.Flatten()
            calibration = calibrate(judged, similarity, engine, len(self._taxonomy))
        weighted = (
            judged
            | "Weigh" >> beam.Map(engine.weigh, AsSingleton(calibration))
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
        handler = EncoderHandler(
            self._engine.config, self._taxonomy, self._models, self._caches.encoder
        )
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


def _give_to_owners(
    element: tuple[bytes, Any],
) -> Iterator[WeightedReading]:
    _, grouped = element
    for weighted in grouped[_WEIGHTED]:
        for text in grouped[_TEXTS]:
            yield weighted.of(text)


def _cached_reading(text: Text, example: tf.train.Example) -> Reading:
    return codecs.reading_from_example(example, text)
