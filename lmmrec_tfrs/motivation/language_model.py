"""What the extraction needs of a language model, whichever it is."""

import dataclasses
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from lmmrec_tfrs.motivation.profile import MotivationProfile
from lmmrec_tfrs.motivation.reading import Text


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a language model says of one text.

    Attributes:
        scores: how well each motivation of the taxonomy fits, in the model's own units, float32
            `[num_motivations]`. Calibrated over the corpus before they become weights.
        profile: what it wrote down, where it writes.
    """

    scores: np.ndarray
    profile: MotivationProfile | None = None


class LanguageModelReader(Protocol):
    """Reads texts with a language model."""

    @property
    def num_tokens_read(self) -> int:
        """The tokens of texts that were read so far."""
        ...

    def read(self, texts: Sequence[Text]) -> list[Answer]:
        """Reads texts, in their order."""
        ...
