"""Loading the models that a configuration asks for."""

from typing import Protocol

from lmmrec_tfrs.motivation.candidate_likelihood import CandidateLikelihood
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.encoder import MiniLmEncoder, TextEncoder, minilm_fingerprint
from lmmrec_tfrs.motivation.language_model import CandidateScorer, smollm2_fingerprint
from lmmrec_tfrs.motivation.smollm2 import load_smollm2
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


class ModelLoader(Protocol):
    """Loads models, on the worker that will use them; is pickled to get there."""

    def load_encoder(self, config: ExtractionConfig) -> TextEncoder:
        """Loads the encoder."""
        ...

    def load_scorer(self, config: ExtractionConfig, taxonomy: Taxonomy) -> CandidateScorer:
        """Loads the language model, ready to score the taxonomy."""
        ...

    def encoder_fingerprint(self) -> str:
        """Identifies the encoder's weights."""
        ...

    def language_model_fingerprint(self) -> str:
        """Identifies the language model's weights."""
        ...


class PackagedModels:
    """MiniLM and SmolLM2, from the installed packages."""

    def load_encoder(self, config: ExtractionConfig) -> TextEncoder:
        """Loads all-MiniLM-L6-v2."""
        return MiniLmEncoder(config.max_tokens, config.encoder_batch_tokens, config.jit_compile)

    def load_scorer(self, config: ExtractionConfig, taxonomy: Taxonomy) -> CandidateScorer:
        """Loads SmolLM2-135M-Instruct."""
        return CandidateLikelihood(
            load_smollm2(),
            taxonomy,
            num_examples=config.few_shot_examples,
            max_tokens=config.language_model_max_tokens,
            batch_size=config.language_model_batch_size,
            seed=config.seed,
        )

    def encoder_fingerprint(self) -> str:
        """The SHA-256 of MiniLM's weights."""
        return minilm_fingerprint()

    def language_model_fingerprint(self) -> str:
        """The SHA-256 of SmolLM2's file."""
        return smollm2_fingerprint()
