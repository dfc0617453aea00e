"""The models on the workers: loaded once, asked in batches, every answer kept at once."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from apache_beam.ml.inference.base import ModelHandler

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.cost.cache import AnswerCache
from lmmrec_tfrs.motivation.cost.codecs import answer_to_example, reading_to_example
from lmmrec_tfrs.motivation.extraction.counters import ENCODER, LANGUAGE_MODEL, CountedModel
from lmmrec_tfrs.motivation.models.loader import ModelLoader
from lmmrec_tfrs.motivation.reading import Reading, Text
from lmmrec_tfrs.motivation.strategies.strategy import TextReader, strategy_of
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

Addressed = tuple[bytes, Text]
AddressedReading = tuple[bytes, Reading]


class _CachedModelHandler(ModelHandler[Any, Any, CountedModel]):
    """A model, with what it takes to load it and where its answers are kept, if anywhere."""

    def __init__(
        self,
        config: ExtractionConfig,
        taxonomy: Taxonomy,
        models: ModelLoader,
        cache: AnswerCache | None = None,
    ):
        super().__init__()
        self._config = config
        self._taxonomy = taxonomy
        self._models = models
        self._cache = cache


class EncoderHandler(_CachedModelHandler):
    """Reads texts with the encoder: addressed texts to addressed readings."""

    def load_model(self) -> CountedModel:
        """Prepares loading the encoder, once a worker."""

        def load() -> TextReader:
            return strategy_of(self._config).load_text_reader(
                self._taxonomy, lambda: self._models.load_encoder(self._config)
            )

        return CountedModel(load, ENCODER)

    def run_inference(
        self,
        batch: Sequence[Addressed],
        model: CountedModel,
        inference_args: dict[str, Any] | None = None,
    ) -> Iterable[AddressedReading]:
        """Reads a batch, and keeps what was read before anything else can go wrong."""
        reader = model.model
        started, tokens = time.monotonic(), reader.num_tokens_read
        readings = reader.read([text for _, text in batch])
        model.count(len(batch), reader.num_tokens_read - tokens, time.monotonic() - started)
        read = [(address, reading) for (address, _), reading in zip(batch, readings, strict=True)]
        if self._cache is not None:
            self._cache.write([reading_to_example(*pair) for pair in read])
        return read

    def batch_elements_kwargs(self) -> Mapping[str, Any]:
        """Batches of a fixed size: the encoder sorts them by length itself."""
        size = self._config.encoder_batch_size
        return {"min_batch_size": size, "max_batch_size": size}


class LanguageModelHandler(_CachedModelHandler):
    """Adds the language model's answers to readings, which come with the answers' addresses."""

    def load_model(self) -> CountedModel:
        """Prepares loading the language model, once a worker."""
        return CountedModel(
            lambda: self._models.load_reader(self._config, self._taxonomy), LANGUAGE_MODEL
        )

    def run_inference(
        self,
        batch: Sequence[AddressedReading],
        model: CountedModel,
        inference_args: dict[str, Any] | None = None,
    ) -> Iterable[Reading]:
        """Reads a batch, and keeps the answers before anything else can go wrong."""
        reader = model.model
        started, tokens = time.monotonic(), reader.num_tokens_read
        answers = reader.read([reading.source for _, reading in batch])
        model.count(len(batch), reader.num_tokens_read - tokens, time.monotonic() - started)
        read = list(zip(batch, answers, strict=True))
        if self._cache is not None:
            # An answer that failed is asked for again by the next run.
            self._cache.write(
                [
                    answer_to_example(address, answer)
                    for (address, _), answer in read
                    if np.isfinite(answer.scores).all()
                ]
            )
        return [reading.with_answer(answer.scores, answer.profile) for (_, reading), answer in read]

    def batch_elements_kwargs(self) -> Mapping[str, Any]:
        """Two of the model's batches at once: it sorts them by length itself."""
        size = 2 * strategy_of(self._config).language_model_batch_size
        return {"min_batch_size": size, "max_batch_size": size}
