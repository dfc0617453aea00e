"""Reads texts with the project's models, and turns raw scores into those of each strategy."""

import dataclasses
import hashlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from lmmrec_tfrs.motivation.calibration import Moments, standardise
from lmmrec_tfrs.motivation.encoder_reader import EncoderReader
from lmmrec_tfrs.motivation.models.encoder import MiniLmEncoder
from lmmrec_tfrs.motivation.models.smollm2 import load_smollm2
from lmmrec_tfrs.motivation.reading import Kind, Reading, Text
from lmmrec_tfrs.motivation.score.candidate_likelihood import CandidateLikelihood
from lmmrec_tfrs.motivation.score.config import ScoreConfig
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

ENCODE = "encode (MiniLM alone)"
LANGUAGE_MODEL = "SmolLM2 alone"
SCORE = "score (both)"


@dataclasses.dataclass(frozen=True)
class RawScores:
    """What both models say of some texts, before any calibration.

    Attributes:
        similarity: the encoder's, float32 `[num_texts, num_motivations]`.
        likelihood: the language model's, float32 of the same shape.
    """

    similarity: np.ndarray
    likelihood: np.ndarray


class Models:
    """Both packaged models, each loaded when it is first needed.

    Args:
        cache: folder of the likelihoods of earlier runs, keyed by texts, taxonomy and settings
            but not by code: for working on what comes after. None computes all anew.
    """

    def __init__(self, cache: Path | None = None):
        self._cache = cache
        self._encoder: MiniLmEncoder | None = None
        self._language_model = None

    @property
    def encoder(self) -> MiniLmEncoder:
        """The encoder; reads 512 tokens."""
        if self._encoder is None:
            self._encoder = MiniLmEncoder(max_tokens=512)
        return self._encoder

    def read(self, texts: Sequence[str], taxonomy: Taxonomy) -> list[Reading]:
        """Reads texts with the encoder, as the extraction does."""
        sources = [Text(Kind.REVIEW, "", str(n), text.strip()) for n, text in enumerate(texts)]
        return EncoderReader(self.encoder, taxonomy).read(sources)

    def likelihood(
        self, texts: Sequence[str], taxonomy: Taxonomy, max_tokens: int = 96
    ) -> np.ndarray:
        """The language model's scores, float32 `[num_texts, num_motivations]`."""
        config = ScoreConfig(max_tokens=max_tokens)
        key = hashlib.sha256(
            "\x00".join([taxonomy.to_yaml(), config.model_dump_json(), *texts]).encode("utf-8")
        ).hexdigest()
        path = self._cache / f"{key[:32]}.npy" if self._cache else None
        if path and path.exists():
            return np.asarray(np.load(path))
        if self._language_model is None:
            self._language_model = load_smollm2()
        started = time.monotonic()
        scorer = CandidateLikelihood(self._language_model, taxonomy, config)
        scores = scorer.score(texts)
        print(
            f"(SmolLM2 read {len(texts):,} texts in {time.monotonic() - started:.0f} s)", flush=True
        )
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, scores)
        return scores

    def score(self, texts: Sequence[str], taxonomy: Taxonomy, max_tokens: int = 96) -> RawScores:
        """Reads texts with both models."""
        similarity = np.stack([reading.similarity for reading in self.read(texts, taxonomy)])
        return RawScores(similarity, self.likelihood(texts, taxonomy, max_tokens))


def calibrated(scores: np.ndarray) -> np.ndarray:
    """Standardised over the corpus that the scores are of."""
    return standardise(scores, Moments.of(scores))


def strategies(raw: RawScores, language_model_weight: float = 0.5) -> Mapping[str, np.ndarray]:
    """The calibrated scores of each strategy, float64 `[num_texts, num_motivations]`."""
    encoder, language_model = calibrated(raw.similarity), calibrated(raw.likelihood)
    averaged = (1 - language_model_weight) * encoder + language_model_weight * language_model
    return {
        SCORE: calibrated(averaged),
        ENCODE: encoder,
        LANGUAGE_MODEL: language_model,
    }
