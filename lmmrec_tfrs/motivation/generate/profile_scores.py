"""From what a language model wrote to scores for the motivations of a taxonomy."""

import numpy as np

from lmmrec_tfrs.motivation.models.encoder import TextEncoder
from lmmrec_tfrs.motivation.profile import SEEKS, MotivationProfile


def profile_scores(
    profile: MotivationProfile, encoder: TextEncoder, prototypes: np.ndarray
) -> np.ndarray:
    """How near the motivations that somebody seeks are to those of a taxonomy.

    The largest cosine similarity to a sought phrase and its evidence, times its weight; what is
    avoided counts nothing.

    Args:
        profile: what the language model wrote.
        encoder: turns phrases into vectors.
        prototypes: the taxonomy's unit vectors, float32 `[num_motivations, dimension]`.

    Returns:
        float32 `[num_motivations]`, zeros where nothing is sought.
    """
    sought = [m for m in profile.motivations if m.polarity == SEEKS]
    if not sought:
        return np.zeros(len(prototypes), dtype=np.float32)
    phrases = [[". ".join((m.motivation, *m.evidence))] for m in sought]
    vectors = np.stack([encoded.vector for encoded in encoder.encode(phrases)])
    weights = np.array([m.weight for m in sought], dtype=np.float32)
    scores: np.ndarray = (prototypes @ vectors.T * weights).max(axis=1).astype(np.float32)
    return scores
