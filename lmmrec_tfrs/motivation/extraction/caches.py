"""Where the answers of an extraction's models are kept."""

import dataclasses

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.cost import cache
from lmmrec_tfrs.motivation.models.loader import ModelLoader
from lmmrec_tfrs.motivation.strategies.strategy import strategy_of
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


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
        asks = strategy_of(config).asks_language_model
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
