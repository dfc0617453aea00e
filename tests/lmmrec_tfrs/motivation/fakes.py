"""Small stand-ins for the language models, and places where they are used."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.language_model import Answer
from lmmrec_tfrs.motivation.models.encoder import EncodedText
from lmmrec_tfrs.motivation.reading import Text
from lmmrec_tfrs.motivation.taxonomy import Motivation, Taxonomy

DIMENSION = 256

SMALL_TAXONOMY = Taxonomy(
    name="small",
    motivations=(
        Motivation(name="wedding", description="wedding bride groom", examples=("bridal",)),
        Motivation(name="warmth", description="warm winter snow cold", examples=("freezing",)),
        Motivation(name="gift", description="gift present birthday", examples=("wrapped",)),
    ),
)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


class WordEncoder:
    """Encodes a text as its bag of hashed words."""

    dimension = DIMENSION

    def encode(self, texts: Sequence[Sequence[str]]) -> list[EncodedText]:
        """Encodes texts and their clauses."""
        return [
            EncodedText(
                _bag(" ".join(clauses)),
                np.stack([_bag(clause) for clause in clauses]),
                len(_words(" ".join(clauses))),
            )
            for clauses in texts
        ]


def _bag(text: str) -> np.ndarray:
    vector = np.zeros(DIMENSION, dtype=np.float32)
    for word in _words(text):
        vector[int(hashlib.md5(word.encode()).hexdigest(), 16) % DIMENSION] += 1
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


class WordScorer:
    """Finds a motivation likely where a text names it."""

    def __init__(self, taxonomy: Taxonomy):
        self._names = taxonomy.names
        self.num_tokens_read = 0

    def read(self, texts: Sequence[Text]) -> list[Answer]:
        """Log-likelihoods."""
        self.num_tokens_read += sum(len(_words(text.text)) for text in texts)
        return [
            Answer(np.float32([-1.0 if name in text.text else -5.0 for name in self._names]))
            for text in texts
        ]


class FakeModels:
    """Loads the stand-ins."""

    def load_encoder(self, config: ExtractionConfig) -> WordEncoder:
        """Loads the encoder."""
        return WordEncoder()

    def load_reader(self, config: ExtractionConfig, taxonomy: Taxonomy) -> WordScorer:
        """Loads the scorer."""
        return WordScorer(taxonomy)

    def encoder_fingerprint(self, config: ExtractionConfig) -> str:
        """Identifies the encoder."""
        return "fake encoder"

    def reader_fingerprint(self, config: ExtractionConfig, taxonomy: Taxonomy) -> str:
        """Identifies the scorer."""
        return "fake scorer"
