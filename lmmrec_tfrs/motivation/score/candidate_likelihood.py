"""How likely a language model finds each motivation, given a text.

The model reads a few-shot prompt (Brown et al., 2020, arXiv:2005.14165), a text, and then each
candidate name; log p(name | text) is the candidate's score. Small models prefer some names
whatever the text: the mean over the corpus has to be subtracted (contextual calibration, after
Zhao et al., 2021, arXiv:2102.09690), which `calibration` does. The scores are never divided by
length: it makes them worse.
"""

import dataclasses
import itertools
from collections.abc import Iterator, Sequence

import keras_hub
import numpy as np
import tensorflow as tf

from lmmrec_tfrs.motivation.language_model import Answer
from lmmrec_tfrs.motivation.models.llama_forward import LlamaForward
from lmmrec_tfrs.motivation.reading import Text
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

_LENGTH_STEP = 16
_CHARACTERS_PER_TOKEN = 12


@dataclasses.dataclass(frozen=True)
class CandidateTree:
    """Candidates as a tree of tokens, so that a shared beginning is evaluated once.

    A node is a token after which some candidate goes on; the root, node -1, is the end of
    the prompt. The last token of a candidate is predicted but never read.

    Attributes:
        tokens: token of each node, int32 `[num_nodes]`.
        depths: distance of each node from the root, from 1, int32 `[num_nodes]`.
        ancestors: true where a node descends from another, itself included, bool
            `[num_nodes, num_nodes]`.
        edges: predictions `(node + 1, token)`, int32 `[num_edges, 2]`.
        paths: the edges of each candidate, bool `[num_candidates, num_edges]`.
    """

    tokens: np.ndarray
    depths: np.ndarray
    ancestors: np.ndarray
    edges: np.ndarray
    paths: np.ndarray

    @classmethod
    def build(cls, candidates: Sequence[Sequence[int]]) -> "CandidateTree":
        """Builds the tree of some candidates, given as token ids.

        Raises:
            ValueError: a candidate has no token.
        """
        if not candidates or not all(candidates):
            raise ValueError("expected candidates of at least one token each.")
        inner = {tuple(c[:end]) for c in candidates for end in range(1, len(c))}
        nodes = {path: index for index, path in enumerate(sorted(inner, key=lambda p: (len(p), p)))}
        edges = {
            path: index
            for index, path in enumerate(
                sorted({tuple(c[:end]) for c in candidates for end in range(1, len(c) + 1)})
            )
        }
        ancestors = np.zeros((len(nodes), len(nodes)), dtype=bool)
        for path, node in nodes.items():
            for end in range(1, len(path) + 1):
                ancestors[node, nodes[path[:end]]] = True
        paths = np.zeros((len(candidates), len(edges)), dtype=bool)
        for row, candidate in enumerate(candidates):
            for end in range(1, len(candidate) + 1):
                paths[row, edges[tuple(candidate[:end])]] = True
        return cls(
            tokens=np.array([path[-1] for path in nodes], dtype=np.int32),
            depths=np.array([len(path) for path in nodes], dtype=np.int32),
            ancestors=ancestors,
            edges=np.array(
                [(nodes.get(path[:-1], -1) + 1, path[-1]) for path in edges], dtype=np.int32
            ),
            paths=paths,
        )


@dataclasses.dataclass(frozen=True)
class FewShotPrompt:
    """The words around a text; solved examples come from the taxonomy itself."""

    examples: tuple[tuple[str, str], ...]

    @classmethod
    def from_taxonomy(cls, taxonomy: Taxonomy, num_examples: int, seed: int) -> "FewShotPrompt":
        """Chooses examples, at most one a motivation, in a seeded order."""
        pairs = [(m.examples[0], m.name) for m in taxonomy.motivations if m.examples]
        order = np.random.default_rng(seed).permutation(len(pairs))[:num_examples]
        return cls(tuple(pairs[index] for index in order))

    @property
    def prefix(self) -> str:
        """What comes before every text."""
        solved = [f"Review: {text}\nMotivation: {name}\n\n" for text, name in self.examples]
        return "".join(solved) + "Review:"

    def body(self, text: str) -> str:
        """The text itself, on one line."""
        return " " + " ".join(text.split())

    @property
    def suffix(self) -> str:
        """What comes between a text and a candidate."""
        return "\nMotivation:"

    def candidate(self, name: str) -> str:
        """A candidate, as it follows the suffix."""
        return " " + name


class CandidateLikelihood:
    """Scores a taxonomy's names as continuations of texts.

    Text and candidates go through the model in one pass: candidates attend to the text and
    to their own ancestors in the tree, never to each other, and the keys and values of the
    few-shot examples are computed once.

    Args:
        model: a Llama, with its tokenizer.
        taxonomy: the candidates and the examples.
        num_examples: how many solved examples the prompt holds.
        max_tokens: a text is cut after so many tokens.
        batch_size: texts that go through the model at once.
        seed: of the choice and order of the examples.
    """

    def __init__(
        self,
        model: keras_hub.models.Llama3CausalLM,
        taxonomy: Taxonomy,
        num_examples: int = 24,
        max_tokens: int = 96,
        batch_size: int = 8,
        seed: int = 0,
    ):
        self._tokenizer = model.preprocessor.tokenizer
        self._max_tokens = max_tokens
        self._batch_size = batch_size
        self.prompt = FewShotPrompt.from_taxonomy(taxonomy, num_examples, seed)
        self.num_tokens_read = 0
        self._forward = LlamaForward(model.backbone)
        names = [self.prompt.candidate(name) for name in taxonomy.names]
        self._tree = CandidateTree.build(self._tokenize(names))
        self._suffix = self._tokenize([self.prompt.suffix])[0]
        start = [self._tokenizer.start_token_id]
        self._prefix_ids = start + self._tokenize([self.prompt.prefix])[0]
        self._prefix = self._evaluate_prefix()
        self._evaluate = tf.function(
            self._edge_log_probabilities,
            input_signature=[
                tf.TensorSpec([None, None], tf.int32),
                tf.TensorSpec([None], tf.int32),
            ],
        )

    def prompt_ids(self, text: str) -> list[int]:
        """The whole prompt of a text as token ids, up to where a candidate begins."""
        return self._prefix_ids + self._body_ids([text])[0]

    def score(self, texts: Sequence[str]) -> np.ndarray:
        """Scores every candidate for every text.

        Returns:
            Log-likelihoods, float32 `[num_texts, num_candidates]`.
        """
        scores = np.zeros((len(texts), self._tree.paths.shape[0]), dtype=np.float32)
        bodies = self._body_ids(texts)
        for indices, length in self._batches([len(body) for body in bodies]):
            ids = np.zeros((len(indices), length), dtype=np.int32)
            for row, index in enumerate(indices):
                ids[row, : len(bodies[index])] = bodies[index]
            lengths = np.array([len(bodies[index]) for index in indices], dtype=np.int32)
            edges = self._evaluate(tf.constant(ids), tf.constant(lengths)).numpy()
            scores[indices] = edges @ self._tree.paths.T.astype(np.float32)
        self.num_tokens_read += sum(map(len, bodies))
        return scores

    def read(self, texts: Sequence[Text]) -> list[Answer]:
        """Reads texts; an answer has scores and no profile."""
        return [Answer(scores) for scores in self.score([text.text for text in texts])]

    def _tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        return [list(map(int, row)) for row in self._tokenizer.tokenize(list(texts)).to_list()]

    def _body_ids(self, texts: Sequence[str]) -> list[list[int]]:
        if not texts:
            return []
        limit = self._max_tokens * _CHARACTERS_PER_TOKEN
        bodies = self._tokenize([self.prompt.body(text[:limit]) for text in texts])
        return [body[: self._max_tokens] + self._suffix for body in bodies]

    def _batches(self, lengths: Sequence[int]) -> Iterator[tuple[list[int], int]]:
        """Groups texts of like length; yields their indices and the padded length."""

        def padded(index: int) -> int:
            return -(-lengths[index] // _LENGTH_STEP) * _LENGTH_STEP

        order = sorted(range(len(lengths)), key=padded)
        for length, group in itertools.groupby(order, padded):
            indices = list(group)
            for start in range(0, len(indices), self._batch_size):
                yield indices[start : start + self._batch_size], length

    def _evaluate_prefix(self) -> list[tuple[tf.Tensor, tf.Tensor]]:
        length = len(self._prefix_ids)
        causal = tf.constant(np.tri(length, dtype=bool)[None])
        positions = tf.range(length)[None]
        _, memory = self._forward.hidden_states(tf.constant([self._prefix_ids]), positions, causal)
        return memory

    def _edge_log_probabilities(self, ids: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
        """Log-probabilities of the tree's edges after each text.

        Args:
            ids: texts with the prompt's suffix, padded at the right, int32 `[batch, length]`.
            lengths: their lengths, int32 `[batch]`.

        Returns:
            float32 `[batch, num_edges]`.
        """
        batch, length = tf.shape(ids)[0], tf.shape(ids)[1]
        num_nodes = len(self._tree.tokens)
        nodes = tf.tile(tf.constant(self._tree.tokens)[None], [batch, 1])
        offsets = tf.range(length)
        node_positions = lengths[:, None] + tf.constant(self._tree.depths)[None] - 1
        positions = len(self._prefix_ids) + tf.concat(
            [tf.tile(offsets[None], [batch, 1]), node_positions], axis=1
        )
        valid = offsets[None] < lengths[:, None]
        causal = tf.tile((offsets[:, None] >= offsets[None])[None], [batch, 1, 1])
        on_text = tf.concat([causal, tf.tile(valid[:, None], [1, num_nodes, 1])], axis=1)
        on_nodes = tf.concat(
            [tf.zeros([length, num_nodes], tf.bool), tf.constant(self._tree.ancestors)], axis=0
        )
        mask = tf.concat([on_text, tf.tile(on_nodes[None], [batch, 1, 1])], axis=2)
        hidden, _ = self._forward.hidden_states(
            tf.concat([ids, nodes], axis=1), positions, mask, self._prefix
        )
        root = tf.gather(hidden, lengths - 1, batch_dims=1)[:, None]
        predicting = tf.concat([root, hidden[:, length:]], axis=1)
        log_probabilities = self._forward.log_probabilities(
            tf.reshape(predicting, [-1, predicting.shape[-1]])
        )
        edges = tf.constant(self._tree.edges)
        rows = tf.range(batch)[:, None] * (num_nodes + 1) + edges[None, :, 0]
        columns = tf.tile(edges[None, :, 1], [batch, 1])
        return tf.gather_nd(log_probabilities, tf.stack([rows, columns], axis=-1))
