"""Reading motivations from Python, without Beam: the same models, masking and calibration."""

import dataclasses
import os
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.data import file_names
from lmmrec_tfrs.data.records import Evidence
from lmmrec_tfrs.motivation.calibration import MIN_TEXTS, Calibration, Moments
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.cost.student import WEIGHTS_FILE, Student
from lmmrec_tfrs.motivation.engine import ReadingEngine, calibrate
from lmmrec_tfrs.motivation.extraction.masking import TextMasker
from lmmrec_tfrs.motivation.language_model import LanguageModelReader
from lmmrec_tfrs.motivation.models.loader import ModelLoader, NamedModels
from lmmrec_tfrs.motivation.profile import MotivationProfile
from lmmrec_tfrs.motivation.reading import Kind, Reading, Text, WeightedReading, heaviest
from lmmrec_tfrs.motivation.strategies.strategy import TextReader
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


class Reason(NamedTuple):
    """A motivation, its weight, and the words of the text that support it."""

    motivation: str
    weight: float
    quote: str


@dataclasses.dataclass(frozen=True)
class TextMotivations:
    """The motivations of one text.

    Attributes:
        text: the text as it was read, personal data masked.
        names: of the motivations.
        weights: theirs, summing to one, float32 `[num_motivations]`.
        quotes: the words nearest to each motivation, verbatim in `text`.
        avoided: what the writer stays clear of, where a language model wrote it down.
        vector: the encoder's unit vector, float32 `[encoder_dim]`.
        profile: what the language model wrote, with the strategy `generate`.
    """

    text: str
    names: tuple[str, ...]
    weights: np.ndarray
    quotes: tuple[str, ...]
    avoided: tuple[Evidence, ...]
    vector: np.ndarray
    profile: MotivationProfile | None

    def top(self, k: int = 3) -> list[Reason]:
        """The heaviest motivations, heaviest first."""
        return [
            Reason(self.names[index], float(self.weights[index]), self.quotes[index])
            for index in heaviest(self.weights, k)
        ]

    @classmethod
    def of(cls, weighted: WeightedReading, names: tuple[str, ...]) -> "TextMotivations":
        """Those of a weighted reading."""
        return cls(
            text=weighted.reading.source.text,
            names=names,
            weights=weighted.weights,
            quotes=tuple(weighted.quote(index) for index in range(len(names))),
            avoided=tuple(evidence for _, evidence in weighted.avoided()),
            vector=weighted.reading.vector,
            profile=weighted.reading.profile,
        )


class MotivationReader:
    """Reads the motivations of texts.

    Scores mean something only beside those of other texts: give the reader texts of its trade
    with `calibrate`, or the output of an extraction with `from_extraction`. A reader that has
    seen neither calibrates itself on the texts that it is first given to read, and where those
    are fewer than 20 on the taxonomy's own examples.

    Args:
        config: the settings; `encode`, `score` and `generate` can be used.
        taxonomy: the motivations; those that the settings name by default.
        models: what loads the models; those that the settings name by default.

    Raises:
        ValueError: the strategy is `precomputed`, which reads files.

    Example:

    >>> reader = MotivationReader(ExtractionConfig(strategy="encode"))  # doctest: +SKIP
    >>> reader.read(["A gift for my sister, who loved it."])[0].top(1)  # doctest: +SKIP
    [Reason(motivation='gift for someone', weight=0.98, quote='A gift for my sister, ...')]
    """

    def __init__(
        self,
        config: ExtractionConfig | None = None,
        taxonomy: Taxonomy | None = None,
        models: ModelLoader | None = None,
    ):
        self.config = config or ExtractionConfig()
        self._engine = ReadingEngine(self.config)
        if self._engine.strategy.reads_profiles:
            raise ValueError(
                f"expected a strategy that reads texts, received '{self.config.strategy}': that "
                "one reads files of profiles, by `lmmrec extract`."
            )
        self.taxonomy = taxonomy or Taxonomy.load(self.config.taxonomy)
        self.calibration: Calibration | None = None
        self._models: ModelLoader = models or NamedModels()
        self._masker = TextMasker(self.config.privacy)
        self._text_reader: TextReader | None = None
        self._language_model: LanguageModelReader | None = None
        self._student: Student | None = None

    @classmethod
    def from_extraction(
        cls, uri: str, config: ExtractionConfig, models: ModelLoader | None = None
    ) -> "MotivationReader":
        """A reader calibrated on a whole corpus, with its taxonomy and its student.

        Args:
            uri: the output of an extraction, local or remote.
            config: the settings that it ran with.
            models: what loads the models.

        Raises:
            FileNotFoundError: there is no extraction's output.
        """
        path = os.path.join(uri, file_names.CALIBRATION)
        if not tf.io.gfile.exists(path):
            raise FileNotFoundError(
                f"expected the output of an extraction in {uri}, found no {file_names.CALIBRATION}."
            )
        reader = cls(config, Taxonomy.load(os.path.join(uri, file_names.TAXONOMY)), models)
        with tf.io.gfile.GFile(path, "r") as file:
            reader.calibration = Calibration.from_json(file.read())
        directory = os.path.join(uri, file_names.STUDENT_DIRECTORY)
        if tf.io.gfile.exists(os.path.join(directory, WEIGHTS_FILE)):
            reader._student = Student.load(directory)
        return reader

    def calibrate(self, corpus: Sequence[str] | None = None) -> "MotivationReader":
        """Calibrates on a corpus, and trains the student where the language model reads enough.

        Args:
            corpus: texts like those to be read, a hundred or more; the taxonomy's examples by
                default.

        Returns:
            The reader itself.
        """
        texts = list(corpus) if corpus is not None else self._examples()
        self.calibration, self._student = None, None
        self._calibrate(self._read(self._prepare(texts)))
        return self

    def read(self, texts: Sequence[str]) -> list[TextMotivations]:
        """Reads texts.

        The language model reads at most `max_language_model_texts` of them, the most informative
        ones; its student, or else the encoder alone, judges the others.

        Args:
            texts: none of them blank.

        Raises:
            ValueError: a text is blank.
        """
        if not texts:
            return []
        if self.calibration is None and len(texts) < MIN_TEXTS:
            self.calibrate()
        prepared = self._prepare(texts)
        readings = self._read(prepared)
        if self.calibration is None:
            readings = self._calibrate(readings)
        calibration = self.calibration
        assert calibration is not None
        found = {
            reading.source: TextMotivations.of(
                self._engine.weigh(reading, calibration), self.taxonomy.names
            )
            for reading in readings
        }
        return [found[text] for text in prepared]

    def _prepare(self, texts: Sequence[str]) -> list[Text]:
        blank = [index for index, text in enumerate(texts) if not text.strip()]
        if blank:
            raise ValueError(
                f"expected texts of at least one visible character, received blank ones at the "
                f"positions {blank[:10]}: leave them out."
            )
        sources = [Text(Kind.REVIEW, "", "", text.strip()) for text in texts]
        return [self._masker.mask(source)[0] for source in sources]

    def _read(self, texts: Sequence[Text]) -> list[Reading]:
        """Reads texts with the encoder, and some with the language model and some by its student.

        Like texts are read once.
        """
        if self._text_reader is None:
            self._text_reader = self._engine.strategy.load_text_reader(
                self.taxonomy, lambda: self._models.load_encoder(self.config)
            )
        readings = self._text_reader.read(list(dict.fromkeys(texts)))
        similarity = self._similarity(readings)
        if self._asks_language_model:
            readings = self._ask(readings, similarity)
        return [self._predict(reading, similarity) for reading in readings]

    @property
    def _asks_language_model(self) -> bool:
        if self.calibration is not None and not self.calibration.answers:
            return False
        return self._engine.strategy.asks_language_model

    def _similarity(self, readings: Sequence[Reading]) -> dict[str, Moments]:
        if self.calibration is not None:
            return dict(self.calibration.similarity)
        return {Kind.REVIEW.value: Moments.of(np.stack([r.similarity for r in readings]))}

    def _ask(self, readings: list[Reading], similarity: dict[str, Moments]) -> list[Reading]:
        """The readings, some of them with the language model's answer."""
        if self._language_model is None:
            self._language_model = self._models.load_reader(self.config, self.taxonomy)
        ranked = sorted(readings, key=lambda r: self._engine.priority(r, similarity), reverse=True)
        chosen = ranked[: self.config.max_language_model_texts]
        answers = self._language_model.read([reading.source for reading in chosen])
        answered = {
            reading.source: reading.with_answer(answer.scores, answer.profile)
            for reading, answer in zip(chosen, answers, strict=True)
        }
        return [answered.get(reading.source, reading) for reading in readings]

    def _predict(self, reading: Reading, similarity: dict[str, Moments]) -> Reading:
        if self._student is None or not self._engine.is_for_student(reading):
            return reading
        return self._engine.predict(reading, self._student, similarity)

    def _calibrate(self, readings: list[Reading]) -> list[Reading]:
        """Sets calibration and student; the readings come back with the student's predictions."""
        similarity = self._similarity(readings)
        answered = [r for r in readings if r.language_model_scores is not None]
        if self.config.student and answered:
            self._student, _ = self._engine.train(
                [self._engine.lesson(reading, similarity) for reading in answered]
            )
            readings = [self._predict(reading, similarity) for reading in readings]
        self.calibration = calibrate(self._engine, readings)
        return readings

    def _examples(self) -> list[str]:
        # The first of each is in the language model's prompt: the others tell more of it.
        of_each = [m.examples[1:] or m.examples for m in self.taxonomy.motivations]
        examples = [example for examples in of_each for example in examples]
        return examples or [m.description for m in self.taxonomy.motivations]
