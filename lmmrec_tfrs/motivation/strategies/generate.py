"""A language model writes the motivations down; the encoder compares them with the taxonomy."""

from lmmrec_tfrs.motivation.generate.reader import GenerativeReader, generative_fingerprint
from lmmrec_tfrs.motivation.language_model import LanguageModelReader
from lmmrec_tfrs.motivation.strategies.strategy import LoadEncoder
from lmmrec_tfrs.motivation.strategies.with_language_model import WithLanguageModel
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


class Generate(WithLanguageModel):
    """Profiles as JSON, from a model on the worker or from a server."""

    @property
    def language_model_batch_size(self) -> int:
        """That of the section `generate`."""
        return self.config.generate.batch_size

    def load_language_model(
        self, taxonomy: Taxonomy, load_encoder: LoadEncoder
    ) -> LanguageModelReader:
        """Loads the language model, or connects to the server."""
        return GenerativeReader.from_config(self.config, taxonomy, load_encoder())

    def language_model_fingerprint(self, taxonomy: Taxonomy, encoder: str) -> str:
        """Of the model, the prompt and the encoder."""
        return f"{generative_fingerprint(self.config)}\x00{encoder}"
