"""Loading the models that a configuration asks for."""

from typing import Protocol

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.language_model import LanguageModelReader
from lmmrec_tfrs.motivation.models.encoder import MiniLmEncoder, TextEncoder, minilm_fingerprint
from lmmrec_tfrs.motivation.models.packaged_files import fingerprint
from lmmrec_tfrs.motivation.models.smollm2 import load_smollm2, smollm2_file
from lmmrec_tfrs.motivation.score.candidate_likelihood import CandidateLikelihood
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


class PackagedModels:
    """MiniLM and SmolLM2, from the installed packages."""

    def load_encoder(self, config: ExtractionConfig) -> TextEncoder:
        """Loads all-MiniLM-L6-v2."""
        return MiniLmEncoder(config.max_tokens, config.encoder_batch_tokens, config.jit_compile)

    def load_reader(self, config: ExtractionConfig, taxonomy: Taxonomy) -> LanguageModelReader:
        """Loads SmolLM2-135M-Instruct."""
        return CandidateLikelihood(
            load_smollm2(),
            taxonomy,
            num_examples=config.score.few_shot_examples,
            max_tokens=config.score.max_tokens,
            batch_size=config.score.batch_size,
            seed=config.seed,
        )

    def encoder_fingerprint(self, config: ExtractionConfig) -> str:
        """The SHA-256 of MiniLM's weights."""
        return minilm_fingerprint()

    def reader_fingerprint(self, config: ExtractionConfig, taxonomy: Taxonomy) -> str:
        """The SHA-256 of SmolLM2's file."""
        return fingerprint(smollm2_file())
