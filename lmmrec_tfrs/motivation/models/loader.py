"""Loading the models that a configuration asks for."""

from typing import Protocol

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.language_model import LanguageModelReader
from lmmrec_tfrs.motivation.models import registry
from lmmrec_tfrs.motivation.models.encoder import TextEncoder
from lmmrec_tfrs.motivation.score.likelihood import likelihood_fingerprint, make_likelihood
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


class ModelLoader(Protocol):
    """Loads models, on the worker that will use them; is pickled to get there."""

    def load_encoder(self, config: ExtractionConfig) -> TextEncoder:
        """Loads the encoder."""
        ...

    def load_reader(self, config: ExtractionConfig, taxonomy: Taxonomy) -> LanguageModelReader:
        """Loads the language model, ready to read for a taxonomy."""
        ...

    def encoder_fingerprint(self, config: ExtractionConfig) -> str:
        """Identifies the encoder's weights."""
        ...

    def reader_fingerprint(self, config: ExtractionConfig, taxonomy: Taxonomy) -> str:
        """Identifies all that an answer depends on but the text."""
        ...


class NamedModels:
    """The models that a configuration names, from the registry."""

    def load_encoder(self, config: ExtractionConfig) -> TextEncoder:
        """Loads the encoder."""
        return registry.load_text_encoder(
            config.encoder, config.max_tokens, config.encoder_batch_tokens, config.jit_compile
        )

    def load_reader(self, config: ExtractionConfig, taxonomy: Taxonomy) -> LanguageModelReader:
        """Loads the language model of the strategy `score` or `generate`.

        Raises:
            ValueError: the strategy asks no language model.
        """
        if config.strategy == "generate":
            from lmmrec_tfrs.motivation.generate.reader import GenerativeReader

            return GenerativeReader.from_config(config, taxonomy, self.load_encoder(config))
        _require_score(config)
        return make_likelihood(
            registry.load_causal_lm(config.language_model), taxonomy, config.score, config.seed
        )

    def encoder_fingerprint(self, config: ExtractionConfig) -> str:
        """Identifies the encoder's weights, without loading it."""
        return registry.fingerprint_of(config.encoder)

    def reader_fingerprint(self, config: ExtractionConfig, taxonomy: Taxonomy) -> str:
        """Identifies all that an answer depends on but the text, without loading a model.

        Raises:
            ValueError: the strategy asks no language model.
        """
        if config.strategy == "generate":
            from lmmrec_tfrs.motivation.generate.reader import generative_fingerprint

            return generative_fingerprint(config)
        _require_score(config)
        return likelihood_fingerprint(
            registry.fingerprint_of(config.language_model), taxonomy, config.score, config.seed
        )


def _require_score(config: ExtractionConfig) -> None:
    if config.strategy != "score":
        raise ValueError(
            "expected the strategy 'score' or 'generate', which read with a language model; "
            f"received '{config.strategy}'."
        )
