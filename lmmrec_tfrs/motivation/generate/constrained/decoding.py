"""Decoding with any KerasNLP causal language model, each row held by its own automaton."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
import keras_hub
import numpy as np
import tensorflow as tf

from lmmrec_tfrs.motivation.generate.constrained.automaton import AnswerAutomaton

# Lengths are rounded up to a multiple, so that few shapes are traced or compiled.
_LENGTH_STEP = 64
_REFUSED = -1e30


class ConstrainedDecoder:
    """Decodes greedily among the tokens that automata allow.

    Uses the model's own cached forward pass, as its `generate()` does: nothing is known of its
    architecture. The masks are made on the host while the device computes. Rows stand at the
    same position: one with a longer prompt goes on reading it while the others write.

    Args:
        model: the model; its preprocessor is not used.
        batch_size: rows decoded at once.
        jit_compile: compile with XLA, which takes long for each shape; for accelerators.
    """

    def __init__(
        self, model: keras_hub.models.CausalLM, batch_size: int = 8, jit_compile: bool = False
    ):
        self._batch_size = batch_size
        self._fixed_batches = jit_compile
        self._model = model
        self._extra = _required_extras(model._build_cache)
        self._build = tf.function(self._build_cache, jit_compile=jit_compile, reduce_retracing=True)
        self._forward = tf.function(
            self._forward_step, jit_compile=jit_compile, reduce_retracing=True
        )
        self._choose = tf.function(_best_allowed, reduce_retracing=True)
        self.num_new_tokens = 0

    def decode(
        self,
        prompts: Sequence[Sequence[int]],
        automata: Sequence[AnswerAutomaton],
        max_new_tokens: int,
    ) -> Iterator[int]:
        """Runs automata to their ends; an interruption leaves the finished ones as they are.

        Args:
            prompts: the token ids of each prompt.
            automata: one a prompt, at their starts.
            max_new_tokens: what the automata were made for.

        Yields:
            The index of each automaton as soon as it is finished.
        """
        for automaton in automata:
            while not automaton.finished and automaton.forced is not None:
                automaton.advance(automaton.forced)
        begun = [[*p, *a.token_ids] for p, a in zip(prompts, automata, strict=True)]
        order = sorted(range(len(begun)), key=lambda index: len(begun[index]))
        for start in range(0, len(order), self._batch_size):
            rows = order[start : start + self._batch_size]
            yield from self._decode_batch(rows, begun, automata, max_new_tokens)

    def _decode_batch(
        self,
        rows: list[int],
        begun: list[list[int]],
        automata: Sequence[AnswerAutomaton],
        max_new_tokens: int,
    ) -> Iterator[int]:
        longest = max(len(begun[row]) - len(automata[row].token_ids) for row in rows)
        length = -(-(longest + max_new_tokens) // _LENGTH_STEP) * _LENGTH_STEP
        size = self._batch_size if self._fixed_batches else len(rows)
        ids = np.zeros((size, length), dtype=np.int32)
        for place, row in enumerate(rows):
            ids[place, : len(begun[row])] = begun[row]
        cache = self._build(tf.constant(ids))
        position = min(len(begun[row]) for row in rows)
        mask: np.ndarray | None = None
        unfinished = list(enumerate(rows))
        while unfinished:
            previous = tf.constant(ids[:, position - 1 : position])
            logits, cache = self._forward(previous, cache, tf.constant(position - 1))
            writing = [(place, row) for place, row in unfinished if position >= len(begun[row])]
            if mask is None:
                mask = np.zeros(logits.shape, dtype=bool)
            for place, row in writing:
                automata[row].allow(mask[place])
            if writing:
                chosen = self._choose(logits, tf.constant(mask)).numpy()
            for place, row in writing:
                automata[row].advance(int(chosen[place]))
                ids[place, position] = chosen[place]
                self.num_new_tokens += 1
                if automata[row].finished:
                    yield row
            unfinished = [(place, row) for place, row in unfinished if not automata[row].finished]
            position += 1
            if not self._fixed_batches and 0 < len(unfinished) <= len(ids) // 2:
                kept = tf.constant([place for place, _ in unfinished])
                cache = keras.tree.map_structure(lambda c, kept=kept: tf.gather(c, kept), cache)
                ids, mask = ids[kept.numpy()], mask[kept.numpy()]
                unfinished = [(place, row) for place, (_, row) in enumerate(unfinished)]

    def _build_cache(self, token_ids: tf.Tensor) -> Any:
        _, cache = self._model._build_cache(token_ids, **self._extra)
        return cache

    def _forward_step(
        self, token_ids: tf.Tensor, cache: Any, index: tf.Tensor
    ) -> tuple[tf.Tensor, Any]:
        """The logits after one more token a row: `[batch, 1]` to `[batch, vocabulary]`."""
        logits, _, cache = self._model.call_with_cache(token_ids, cache, index)
        return tf.cast(logits[:, -1], tf.float32), cache


def _best_allowed(logits: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    return tf.argmax(tf.where(mask, logits, _REFUSED), axis=-1, output_type=tf.int32)


def _required_extras(build_cache: Callable[..., Any]) -> dict[str, None]:
    """The arguments for images that multimodal models want: none of them."""
    parameters = list(inspect.signature(build_cache).parameters.values())[1:]
    return {p.name: None for p in parameters if p.default is inspect.Parameter.empty}
