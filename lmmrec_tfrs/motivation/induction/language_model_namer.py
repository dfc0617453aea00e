"""Chooses the name of a cluster by a causal language model's likelihood."""

from collections.abc import Sequence
from typing import Protocol

import keras_hub
import numpy as np
import tensorflow as tf

_QUOTED = 6
_WITHOUT_QUOTES = "They all give the same reason, which is: "
_MULTIPLE = 32


class PhraseLikelihood(Protocol):
    """The log-likelihood of phrases after a prompt."""

    def __call__(self, prompt: str, phrases: Sequence[str]) -> np.ndarray:
        """Mean log-probabilities of a token, float32 `[num_phrases]`."""
        ...


class LanguageModelNamer:
    """Takes the candidate that its cluster's clauses make more likely than it is by itself.

    The gain in likelihood over a prompt without clauses, rather than the likelihood, keeps common
    words from winning: domain-conditional pointwise mutual information (Holtzman et al., 2021,
    arXiv:2104.08315).

    Args:
        likelihood: a language model's.
    """

    def __init__(self, likelihood: PhraseLikelihood):
        self._likelihood = likelihood

    def __call__(self, candidates: Sequence[str], clauses: Sequence[str]) -> str:
        """The best of the candidate names for a cluster of such clauses."""
        quotes = "".join(f"- {clause}\n" for clause in clauses[:_QUOTED])
        told = self._likelihood(f"What customers say:\n{quotes}{_WITHOUT_QUOTES}", candidates)
        untold = self._likelihood(_WITHOUT_QUOTES, candidates)
        return candidates[int(np.argmax(told - untold))]


class CausalLikelihood:
    """Phrase likelihoods by any causal language model of KerasNLP.

    Args:
        model: with its preprocessor, whose tokenizer is used.
    """

    def __init__(self, model: keras_hub.models.CausalLM):
        self._model = model
        self._tokenizer = model.preprocessor.tokenizer

    def __call__(self, prompt: str, phrases: Sequence[str]) -> np.ndarray:
        """Mean log-probabilities of a token, float32 `[num_phrases]`."""
        before = self._ids(prompt.rstrip())
        wanted = [self._ids(f" {phrase}") for phrase in phrases]
        longest = len(before) + max(map(len, wanted))
        ids = np.zeros((len(wanted), -(-longest // _MULTIPLE) * _MULTIPLE), dtype=np.int32)
        mask = np.zeros_like(ids)
        for row, phrase in enumerate(wanted):
            ids[row, : len(before) + len(phrase)] = [*before, *phrase]
            mask[row, : len(before) + len(phrase)] = 1
        logits = self._model({"token_ids": ids, "padding_mask": mask}, training=False)
        start = len(before) - 1
        log_probabilities = tf.nn.log_softmax(tf.cast(logits[:, start:longest], tf.float32)).numpy()
        return np.array(
            [
                np.mean(
                    [log_probabilities[row, place, token] for place, token in enumerate(phrase)]
                )
                for row, phrase in enumerate(wanted)
            ],
            dtype=np.float32,
        )

    def _ids(self, text: str) -> list[int]:
        return [int(token) for token in np.asarray(self._tokenizer(text)).ravel()]
