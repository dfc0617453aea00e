"""The likelihood of motivations under any KerasNLP causal language model, the plain way."""

from collections.abc import Sequence

import keras_hub
import numpy as np
import tensorflow as tf

from lmmrec_tfrs.motivation.language_model import Answer
from lmmrec_tfrs.motivation.reading import Text
from lmmrec_tfrs.motivation.score.batches import bucket
from lmmrec_tfrs.motivation.score.config import ScoreConfig
from lmmrec_tfrs.motivation.score.tokenized_prompt import TokenizedPrompt
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

# Logits held at once: 512 MiB in float32.
_MAX_LOGITS = 2**27
_INPUTS = {"token_ids", "padding_mask"}


class StockLikelihood:
    """Scores a taxonomy's names as continuations of texts, one whole prompt for each.

    The model itself is called, unchanged, so that any architecture is scored correctly; it
    costs some hundred times what `CandidateLikelihood` does for a Llama.

    Args:
        model: a causal language model, with its tokenizer.
        taxonomy: the candidates and the examples.
        config: the settings.
        seed: of the choice and order of the examples.

    Raises:
        ValueError: the model wants more than token ids and a mask.
    """

    def __init__(
        self,
        model: keras_hub.models.CausalLM,
        taxonomy: Taxonomy,
        config: ScoreConfig | None = None,
        seed: int = 0,
    ):
        config = config or ScoreConfig()
        inputs = set(model.input) if isinstance(model.input, dict) else set()
        if inputs != _INPUTS:
            raise ValueError(
                f"expected a causal language model of texts, with the inputs {sorted(_INPUTS)}; "
                f"received a {type(model).__name__} with {sorted(inputs)}. Choose a preset that "
                "reads text only."
            )
        self.prompt = TokenizedPrompt(model.preprocessor.tokenizer, taxonomy, config, seed)
        self.num_tokens_read = 0
        self._model = model
        self._vocabulary = int(model.output.shape[-1])
        self._evaluate = tf.function(
            self._log_probabilities,
            input_signature=[
                tf.TensorSpec([None, None], tf.int32),
                tf.TensorSpec([None, None], tf.int32),
                tf.TensorSpec([None, 3], tf.int32),
            ],
            jit_compile=config.jit_compile,
            autograph=False,
        )

    def score(self, texts: Sequence[str]) -> np.ndarray:
        """Scores every candidate for every text.

        Returns:
            Log-likelihoods, float32 `[num_texts, num_candidates]`.
        """
        bodies = self.prompt.bodies(texts)
        self.num_tokens_read += sum(map(len, bodies))
        rows = [self._score_one(body) for body in bodies]
        return np.stack(rows) if rows else np.zeros((0, len(self.prompt.candidates)), np.float32)

    def read(self, texts: Sequence[Text]) -> list[Answer]:
        """Reads texts; an answer has scores and no profile."""
        return [Answer(scores) for scores in self.score([text.text for text in texts])]

    def _score_one(self, body: list[int]) -> np.ndarray:
        before = self.prompt.prefix + body
        candidates = self.prompt.candidates
        # The last token of a candidate is predicted but never read.
        length = bucket(len(before) + max(map(len, candidates)) - 1)
        size = max(1, _MAX_LOGITS // (length * self._vocabulary))
        scores = np.zeros(len(candidates), dtype=np.float32)
        for start in range(0, len(candidates), size):
            chunk = candidates[start : start + size]
            ids = np.zeros((len(chunk), length), dtype=np.int32)
            mask = np.zeros_like(ids)
            wanted = []
            for row, candidate in enumerate(chunk):
                read = [*before, *candidate[:-1]]
                ids[row, : len(read)] = read
                mask[row, : len(read)] = 1
                wanted += [
                    (row, len(before) - 1 + place, token) for place, token in enumerate(candidate)
                ]
            places = np.array(wanted, dtype=np.int32)
            found = self._evaluate(tf.constant(ids), tf.constant(mask), tf.constant(places))
            np.add.at(scores, start + places[:, 0], found.numpy())
        return scores

    def _log_probabilities(self, ids: tf.Tensor, mask: tf.Tensor, places: tf.Tensor) -> tf.Tensor:
        """Log-probabilities of tokens, each given as `(row, position before it, token)`."""
        logits = self._model({"token_ids": ids, "padding_mask": mask}, training=False)
        chosen = tf.cast(tf.gather_nd(logits, places[:, :2]), tf.float32)
        return tf.gather(tf.nn.log_softmax(chosen), places[:, 2], batch_dims=1)
