"""Loading the models that a configuration asks for."""

from typing import Protocol

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.language_model import LanguageModelReader
from lmmrec_tfrs.motivation.models import registry
from lmmrec_tfrs.motivation.models.encoder import TextEncoder
from lmmrec_tfrs.motivation.strategies.strategy import strategy_of
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
        """Loads the language model of the strategy.

        Raises:
            ValueError: the strategy asks no language model.
        """
        return strategy_of(config).load_language_model(taxonomy, lambda: self.load_encoder(config))

    def encoder_fingerprint(self, config: ExtractionConfig) -> str:
        """Identifies the encoder's weights, without loading it."""
        return registry.fingerprint_of(config.encoder)

    def reader_fingerprint(self, config: ExtractionConfig, taxonomy: Taxonomy) -> str:
        """Identifies all that an answer depends on but the text, without loading a model.

        Raises:
            ValueError: the strategy asks no language model.
        """
        return strategy_of(config).language_model_fingerprint(
            taxonomy, self.encoder_fingerprint(config)
        )
