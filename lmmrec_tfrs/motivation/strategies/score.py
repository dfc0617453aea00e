"""How likely a language model finds each motivation, averaged with the encoder."""

from lmmrec_tfrs.motivation.language_model import LanguageModelReader
from lmmrec_tfrs.motivation.models import registry
from lmmrec_tfrs.motivation.score.likelihood import likelihood_fingerprint, make_likelihood
from lmmrec_tfrs.motivation.strategies.strategy import LoadEncoder
from lmmrec_tfrs.motivation.strategies.with_language_model import WithLanguageModel
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


class Score(WithLanguageModel):
    """The likelihood of each motivation's name after the text."""

    @property
    def language_model_batch_size(self) -> int:
        """That of the section `score`."""
        return self.config.score.batch_size

    def load_language_model(
        self, taxonomy: Taxonomy, load_encoder: LoadEncoder
    ) -> LanguageModelReader:
        """Loads the language model, with the candidates of a taxonomy."""
        config = self.config
        model = registry.load_causal_lm(config.language_model)
        return make_likelihood(model, taxonomy, config.score, config.seed)

    def language_model_fingerprint(self, taxonomy: Taxonomy, encoder: str) -> str:
        """Of the model, the candidates and the prompt."""
        config = self.config
        return likelihood_fingerprint(
            registry.fingerprint_of(config.language_model), taxonomy, config.score, config.seed
        )
