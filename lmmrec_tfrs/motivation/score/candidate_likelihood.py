"""How likely a language model finds each motivation, given a text.

The model reads a few-shot prompt (Brown et al., 2020, arXiv:2005.14165), a text, and then each
candidate name; log p(name | text) is the candidate's score. Small models prefer some names
whatever the text: the mean over the corpus has to be subtracted (contextual calibration, after
Zhao et al., 2021, arXiv:2102.09690), which `calibration` does. The scores are never divided by
length: it makes them worse.
"""

from collections.abc import Sequence

import keras_hub
import numpy as np
import tensorflow as tf

from lmmrec_tfrs.motivation.language_model import Answer
from lmmrec_tfrs.motivation.models.llama_forward import LlamaForward
from lmmrec_tfrs.motivation.models.packed_rows import PackedRows
from lmmrec_tfrs.motivation.reading import Text
from lmmrec_tfrs.motivation.score.batches import bucket, by_bucket, by_length
from lmmrec_tfrs.motivation.score.candidate_tree import CandidateTree
from lmmrec_tfrs.motivation.score.config import ScoreConfig
from lmmrec_tfrs.motivation.score.tokenized_prompt import TokenizedPrompt
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


class CandidateLikelihood:
    """Scores a taxonomy's names as continuations of texts, with a Llama.

    Text and candidates go through the model in one pass: candidates attend to the text and
    to their own ancestors in the tree, never to each other, and the keys and values of the
    few-shot examples are computed once.

    Args:
        model: a Llama in float32, with its tokenizer; `StockLikelihood` takes any other.
        taxonomy: the candidates and the examples.
        config: the settings.
        seed: of the choice and order of the examples.

    Raises:
        ValueError: the model is no such Llama.
    """

    def __init__(
        self,
        model: keras_hub.models.CausalLM,
        taxonomy: Taxonomy,
        config: ScoreConfig | None = None,
        seed: int = 0,
    ):
        self._config = config or ScoreConfig()
        self._forward = LlamaForward(model.backbone)
        self.prompt = TokenizedPrompt(model.preprocessor.tokenizer, taxonomy, self._config, seed)
        self.num_tokens_read = 0
        self._tree = CandidateTree.build(self.prompt.candidates)
        self._prefix = self._forward.evaluate_prefix(self.prompt.prefix)
        self._evaluate = tf.function(
            self._edge_log_probabilities,
            input_signature=[PackedRows.signature(len(self._tree.tokens) + 1)],
            jit_compile=self._config.jit_compile,
            autograph=False,
        )

    def score(self, texts: Sequence[str]) -> np.ndarray:
        """Scores every candidate for every text.

        Returns:
            Log-likelihoods, float32 `[num_texts, num_candidates]`.
        """
        scores = np.zeros((len(texts), self._tree.paths.shape[0]), dtype=np.float32)
        bodies = self.prompt.bodies(texts)
        for indices in self._groups([len(body) for body in bodies]):
            packed = self._pack([bodies[index] for index in indices])
            edges = self._evaluate(packed.tensors()).numpy()[: len(indices)]
            scores[indices] = edges @ self._tree.paths.T.astype(np.float32)
        self.num_tokens_read += sum(map(len, bodies))
        return scores

    def read(self, texts: Sequence[Text]) -> list[Answer]:
        """Reads texts; an answer has scores and no profile."""
        return [Answer(scores) for scores in self.score([text.text for text in texts])]

    def _groups(self, lengths: Sequence[int]) -> list[list[int]]:
        config = self._config
        if config.jit_compile:
            return list(by_bucket(lengths, config.batch_size))
        # A row ends with the candidates' nodes.
        rows = [length + len(self._tree.tokens) for length in lengths]
        return list(by_length(rows, config.batch_size, config.batch_tokens))

    def _pack(self, bodies: list[list[int]]) -> PackedRows:
        """Texts, each followed by the nodes of the tree."""
        nodes, depths = self._tree.tokens, self._tree.depths
        text_length = max(map(len, bodies))
        if self._config.jit_compile:
            # XLA compiles for each shape: one a bucket, padded with texts and tokens.
            text_length = bucket(text_length)
            bodies = bodies + [bodies[-1]] * (self._config.batch_size - len(bodies))
        length = text_length + len(nodes)
        lengths = np.array([len(body) for body in bodies])
        mask = np.repeat(np.tri(length, dtype=bool)[None], len(bodies), axis=0)
        ids, positions = [], []
        for row, body in enumerate(bodies):
            start, end = len(body), len(body) + len(nodes)
            mask[row, start:, start:] = False
            mask[row, start:end, start:end] = self._tree.ancestors
            filler = np.zeros(length - end if self._config.jit_compile else 0, dtype=np.int32)
            ids.append(np.concatenate([body, nodes, filler]))
            row_positions = np.concatenate([np.arange(start), start - 1 + depths, filler])
            positions.append(len(self.prompt.prefix) + row_positions)
        predicting = lengths[:, None] - 1 + np.arange(len(nodes) + 1)
        return PackedRows.pack(ids, positions, mask, predicting)

    def _edge_log_probabilities(self, rows: PackedRows) -> tf.Tensor:
        """Log-probabilities of the tree's edges after each text, float32 `[batch, num_edges]`."""
        hidden = self._forward.hidden_states(rows, self._prefix)
        log_probabilities = self._forward.log_probabilities(hidden)
        batch = tf.shape(rows.predicting)[0]
        edges = tf.constant(self._tree.edges)
        first = tf.range(batch)[:, None] * (len(self._tree.tokens) + 1)
        columns = tf.tile(edges[None, :, 1], [batch, 1])
        return tf.gather_nd(
            log_probabilities, tf.stack([first + edges[None, :, 0], columns], axis=-1)
        )
