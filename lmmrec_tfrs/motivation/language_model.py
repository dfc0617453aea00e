"""What the extraction needs of a causal language model."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from lmmrec_tfrs.motivation.packaged_files import fingerprint
from lmmrec_tfrs.motivation.smollm2 import smollm2_file


class CandidateScorer(Protocol):
    """Scores each motivation of a taxonomy as the continuation of a text."""

    @property
    def num_tokens_read(self) -> int:
        """The tokens of texts that were read so far."""
        ...

    def score(self, texts: Sequence[str]) -> np.ndarray:
        """Log-likelihoods, float32 `[num_texts, num_motivations]`."""
        ...


def smollm2_fingerprint() -> str:
    """The SHA-256 of the packaged language model."""
    return fingerprint(smollm2_file())
