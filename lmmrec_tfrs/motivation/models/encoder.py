"""Text encoders: texts, and the clauses in them, as unit vectors."""

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import keras
import keras_hub
import numpy as np
import tensorflow as tf

from lmmrec_tfrs.motivation.models.minilm import (
    load_minilm_backbone,
    load_minilm_tokenizer,
    minilm_file,
)
from lmmrec_tfrs.motivation.models.packaged_files import fingerprint

# Lengths in tokens that a batch is padded to where each length is compiled; a longer text is cut.
LENGTH_BUCKETS = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
# No English word comes near this many characters a token: what lies beyond is not tokenised.
_CHARACTERS_PER_TOKEN = 12


@dataclasses.dataclass(frozen=True)
class EncodedText:
    """A text as vectors.

    Attributes:
        vector: unit vector of the whole text, float32 `[dimension]`.
        clause_vectors: unit vectors of its clauses, float32 `[num_clauses, dimension]`; the
            zero vector for a clause that was cut off or holds no token.
        num_tokens: the tokens that were read.
    """

    vector: np.ndarray
    clause_vectors: np.ndarray
    num_tokens: int


class TextEncoder(Protocol):
    """What the extraction needs of an encoder."""

    @property
    def dimension(self) -> int:
        """The size of the vectors."""
        ...

    def encode(self, texts: Sequence[Sequence[str]]) -> list[EncodedText]:
        """Encodes texts, each given as its clauses in order."""
        ...


class BackboneEncoder:
    """A BERT-like KerasNLP backbone: mean of the token vectors, scaled to unit length.

    Sentence-BERT (Reimers and Gurevych, 2019, arXiv:1908.10084). The vector of a clause is the
    mean over its own tokens in the one pass over the whole text ("late chunking", Günther et
    al., 2024, arXiv:2409.04701), so clauses cost nothing.

    Args:
        backbone: takes token ids and a padding mask, and segment ids if it likes; gives a vector
            a token.
        tokenizer: the backbone's.
        max_tokens: a text is cut after so many tokens, at most 512.
        batch_tokens: how many tokens, padding included, go through the model at once.
        jit_compile: compile with XLA, a few seconds for each length.

    Raises:
        ValueError: the model is no such encoder, or takes fewer tokens.
    """

    def __init__(
        self,
        backbone: keras.Model,
        tokenizer: keras_hub.tokenizers.Tokenizer,
        max_tokens: int = 256,
        batch_tokens: int = 4096,
        jit_compile: bool = False,
    ):
        room = min(getattr(backbone, "max_sequence_length", 512) or 512, LENGTH_BUCKETS[-1])
        if not LENGTH_BUCKETS[0] <= max_tokens <= room:
            raise ValueError(
                f"expected max_tokens in [{LENGTH_BUCKETS[0]}, {room}], received {max_tokens}."
            )
        self._max_tokens = max_tokens
        self._batch_tokens = batch_tokens
        self._fixed_batches = jit_compile
        self._tokenizer = tokenizer
        self._start, self._end = _special_tokens(tokenizer)
        self._backbone = backbone
        self._inputs = _inputs(backbone)
        self._forward = tf.function(
            self._hidden_states,
            input_signature=[tf.TensorSpec([None, None], tf.int32)] * 2,
            jit_compile=jit_compile,
            autograph=False,
        )

    @property
    def dimension(self) -> int:
        """The size of the vectors."""
        return int(self._backbone.hidden_dim)

    @property
    def tokenizer(self) -> keras_hub.tokenizers.Tokenizer:
        """The tokenizer of the model."""
        return self._tokenizer

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Encodes whole texts.

        Returns:
            Unit vectors, float32 `[num_texts, dimension]`.
        """
        encoded = self.encode([[text] for text in texts])
        return np.stack([e.vector for e in encoded]) if encoded else np.zeros((0, self.dimension))

    def encode(self, texts: Sequence[Sequence[str]]) -> list[EncodedText]:
        """Encodes texts and their clauses.

        Args:
            texts: for each text its clauses, in order and covering it.

        Returns:
            One `EncodedText` for each text, in their order.
        """
        if not texts:
            return []
        clause_tokens = self._tokenize(texts)
        encoded: dict[int, EncodedText] = {}
        for indices, length in self._batches([sum(map(len, t)) + 2 for t in clause_tokens]):
            ids = np.zeros((self._rows(length, len(indices)), length), dtype=np.int32)
            mask = np.zeros_like(ids)
            for row, index in enumerate(indices):
                flat = list(itertools.chain.from_iterable(clause_tokens[index]))
                read = [self._start, *flat[: self._max_tokens - 2], self._end]
                ids[row, : len(read)] = read
                mask[row, : len(read)] = 1
            hidden = self._forward(tf.constant(ids), tf.constant(mask)).numpy()
            for row, index in enumerate(indices):
                encoded[index] = _pool(hidden[row, : mask[row].sum()], clause_tokens[index])
        return [encoded[index] for index in range(len(texts))]

    def _hidden_states(self, ids: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        given = {"token_ids": ids, "segment_ids": tf.zeros_like(ids), "padding_mask": mask}
        output = self._backbone({name: given[name] for name in self._inputs}, training=False)
        hidden = output["sequence_output"] if isinstance(output, dict) else output
        return tf.cast(hidden, tf.float32)

    def _tokenize(self, texts: Sequence[Sequence[str]]) -> list[list[list[int]]]:
        """The token ids of the clauses of each text, without special tokens."""
        limit = self._max_tokens * _CHARACTERS_PER_TOKEN
        clauses = []
        for text in texts:
            room = limit
            for clause in text:
                clauses.append(clause[: max(room, 0)])
                room -= len(clause)
        if not clauses:
            return [[] for _ in texts]
        ragged: Any = self._tokenizer(clauses)
        tokens = iter(ragged.to_list() if hasattr(ragged, "to_list") else ragged)
        return [[next(tokens) for _ in text] for text in texts]

    def _batches(self, lengths: Sequence[int]) -> Iterator[tuple[list[int], int]]:
        """Groups texts of like length; yields their indices and the padded length."""
        order = sorted(range(len(lengths)), key=lambda index: lengths[index])
        if not self._fixed_batches:
            yield from self._batches_as_long_as_their_longest(lengths, order)
            return
        buckets = [self._bucket(lengths[index]) for index in order]
        for length, group in itertools.groupby(zip(buckets, order, strict=True), lambda x: x[0]):
            indices = [index for _, index in group]
            size = self._batch_size(length)
            for start in range(0, len(indices), size):
                yield indices[start : start + size], length

    def _batches_as_long_as_their_longest(
        self, lengths: Sequence[int], order: Sequence[int]
    ) -> Iterator[tuple[list[int], int]]:
        """Batches of at most `batch_tokens` with hardly any padding."""
        batch: list[int] = []
        longest = 0
        for index in order:
            length = min(lengths[index], self._max_tokens)
            if batch and (len(batch) + 1) * length > self._batch_tokens:
                yield batch, longest
                batch = []
            batch.append(index)
            longest = length
        if batch:
            yield batch, longest

    def _bucket(self, length: int) -> int:
        length = min(length, self._max_tokens)
        return min(next(b for b in LENGTH_BUCKETS if b >= length), self._max_tokens)

    def _batch_size(self, length: int) -> int:
        return max(1, self._batch_tokens // length)

    def _rows(self, length: int, num_texts: int) -> int:
        # XLA compiles for each shape: keep to one a length.
        return self._batch_size(length) if self._fixed_batches else num_texts


class MiniLmEncoder(BackboneEncoder):
    """all-MiniLM-L6-v2, from the installed package.

    Args:
        max_tokens: a text is cut after so many tokens, at most 512.
        batch_tokens: how many tokens, padding included, go through the model at once.
        jit_compile: compile with XLA, a few seconds for each length.
    """

    def __init__(self, max_tokens: int = 256, batch_tokens: int = 4096, jit_compile: bool = False):
        super().__init__(
            load_minilm_backbone(), load_minilm_tokenizer(), max_tokens, batch_tokens, jit_compile
        )


def _inputs(backbone: keras.Model) -> tuple[str, ...]:
    names = set(backbone.input) if isinstance(backbone.input, dict) else set()
    if not {"token_ids", "padding_mask"} <= names <= {"token_ids", "padding_mask", "segment_ids"}:
        raise ValueError(
            "expected a text encoder that takes token ids and a padding mask, such as a "
            f"BertBackbone; received a {type(backbone).__name__} with the inputs {sorted(names)}."
        )
    return tuple(sorted(names))


def _special_tokens(tokenizer: keras_hub.tokenizers.Tokenizer) -> tuple[int, int]:
    """What stands before and after a text: `[CLS]` and `[SEP]`, or their like."""
    for start, end in (("cls_token_id", "sep_token_id"), ("start_token_id", "end_token_id")):
        ids = getattr(tokenizer, start, None), getattr(tokenizer, end, None)
        if ids[0] is not None and ids[1] is not None:
            return int(ids[0]), int(ids[1])
    raise ValueError(
        "expected the tokenizer of a text encoder, with tokens for the start and the end of a "
        f"text; received a {type(tokenizer).__name__} without them."
    )


def _pool(hidden: np.ndarray, clause_tokens: list[list[int]]) -> EncodedText:
    """Averages token vectors, those of `[CLS]` and `[SEP]` in the text's own mean only."""
    clause_vectors = np.zeros((len(clause_tokens), hidden.shape[1]), dtype=np.float32)
    last = hidden.shape[0] - 1
    start = 1
    for index, tokens in enumerate(clause_tokens):
        end = min(start + len(tokens), last)
        if end > start:
            clause_vectors[index] = _unit(hidden[start:end].mean(axis=0))
        start = end
    return EncodedText(_unit(hidden.mean(axis=0)), clause_vectors, hidden.shape[0])


def _unit(vector: np.ndarray) -> np.ndarray:
    return (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)


def minilm_fingerprint() -> str:
    """The SHA-256 of the packaged encoder weights."""
    return fingerprint(minilm_file("model.safetensors"))
