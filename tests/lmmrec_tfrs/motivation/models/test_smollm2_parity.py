"""SmolLM2 on KerasNLP against a Llama and a byte-pair encoder written here from the papers."""

import itertools

import numpy as np
import pytest
import regex
import tensorflow as tf
from gguf import GGUFReader
from gguf.quants import dequantize

from lmmrec_tfrs.motivation.models.llama_forward import LlamaForward
from lmmrec_tfrs.motivation.models.packed_rows import PackedRows
from lmmrec_tfrs.motivation.models.smollm2 import load_smollm2, smollm2_file

pytestmark = pytest.mark.slow

TEXTS = (
    "Wore it to my cousin's wedding in 2023, and  it's  lovely.",
    "Café, naïvely priced at 1,299€!\n\n\tNot for me 🎁",
    "日本語のレビュー",
)


@pytest.fixture(scope="module")
def model():
    return load_smollm2()


@pytest.fixture(scope="module")
def file():
    return GGUFReader(smollm2_file())


class NumpyLlama:
    """A Llama in float64 over the raw weights of the file, its rotary pairs interleaved."""

    def __init__(self, reader):
        self._tensors = {tensor.name: tensor for tensor in reader.tensors}

        def said(name):
            return reader.fields[f"llama.{name}"].contents()

        self.heads, self.groups = said("attention.head_count"), said("attention.head_count_kv")
        self.layers, self.base = said("block_count"), said("rope.freq_base")
        self.epsilon = said("attention.layer_norm_rms_epsilon")

    def weight(self, name):
        tensor = self._tensors[f"{name}.weight"]
        return dequantize(tensor.data, tensor.tensor_type).astype(np.float64)

    def norm(self, x, name):
        scale = np.sqrt((x**2).mean(axis=-1, keepdims=True) + self.epsilon)
        return x / scale * self.weight(name)

    def rotate(self, x):
        """Turns the pair (2i, 2i+1) of each head by an angle, as a complex number."""
        pairs = x[..., 0::2] + 1j * x[..., 1::2]
        size = x.shape[-1]
        angles = np.arange(len(x))[:, None] * self.base ** (-np.arange(0, size, 2) / size)
        turned = pairs * np.exp(1j * angles)[:, None]
        return np.stack([turned.real, turned.imag], axis=-1).reshape(x.shape)

    def attention(self, x, block):
        length = len(x)
        q = self.rotate((x @ self.weight(f"{block}.attn_q").T).reshape(length, self.heads, -1))
        k = self.rotate((x @ self.weight(f"{block}.attn_k").T).reshape(length, self.groups, -1))
        v = (x @ self.weight(f"{block}.attn_v").T).reshape(length, self.groups, -1)
        shared = self.heads // self.groups
        k, v = np.repeat(k, shared, axis=1), np.repeat(v, shared, axis=1)
        scores = np.einsum("qhd,khd->hqk", q, k) / np.sqrt(q.shape[-1])
        scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = np.einsum("hqk,khd->qhd", scores, v).reshape(length, -1)
        return mixed @ self.weight(f"{block}.attn_output").T

    def __call__(self, ids):
        embeddings = self.weight("token_embd")
        x = embeddings[ids]
        for index in range(self.layers):
            block = f"blk.{index}"
            x = x + self.attention(self.norm(x, f"{block}.attn_norm"), block)
            inner = self.norm(x, f"{block}.ffn_norm")
            gate = inner @ self.weight(f"{block}.ffn_gate").T
            inner = gate / (1 + np.exp(-gate)) * (inner @ self.weight(f"{block}.ffn_up").T)
            x = x + inner @ self.weight(f"{block}.ffn_down").T
        logits = self.norm(x[-1:], "output_norm") @ embeddings.T
        return logits[0] - np.logaddexp.reduce(logits[0])


def test_likelihoods_agree_with_an_independent_implementation(model, file):
    ids = model.preprocessor.tokenizer.tokenize("Her wedding is in").tolist()
    expected = NumpyLlama(file)(ids)

    stock = model({"token_ids": np.array([ids]), "padding_mask": np.ones((1, len(ids)))})
    stock = stock.numpy()[0, -1].astype(np.float64)
    np.testing.assert_allclose(stock - np.logaddexp.reduce(stock), expected, atol=2e-3)

    forward = LlamaForward(model.backbone)
    hidden = forward.hidden_states(PackedRows.causal([ids]).tensors())
    np.testing.assert_allclose(forward.log_probabilities(hidden)[0], expected, atol=2e-3)


class BytePairs:
    """Byte-pair encoding (Sennrich et al., 2016) by the file's merges, word by word."""

    # GPT-2's words, with each digit apart.
    words = regex.compile(
        r"\p{N}|'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    )

    def __init__(self, reader):
        merges = reader.fields["tokenizer.ggml.merges"].contents()
        self.ranks = {tuple(merge.split(" ")): rank for rank, merge in enumerate(merges)}
        tokens = reader.fields["tokenizer.ggml.tokens"].contents()
        self.ids = {token: index for index, token in enumerate(tokens)}
        printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
        hidden = [byte for byte in range(256) if byte not in printable]
        self.letters = {byte: chr(byte) for byte in printable}
        self.letters |= {byte: chr(256 + index) for index, byte in enumerate(hidden)}

    def __call__(self, text):
        return [self.ids[piece] for word in self.words.findall(text) for piece in self.merge(word)]

    def merge(self, word):
        pieces = [self.letters[byte] for byte in word.encode("utf-8")]
        while len(pieces) > 1:
            pairs = list(itertools.pairwise(pieces))
            best = min(range(len(pairs)), key=lambda i: self.ranks.get(pairs[i], len(self.ranks)))
            if pairs[best] not in self.ranks:
                break
            pieces[best : best + 2] = ["".join(pairs[best])]
        return pieces


def test_tokens_agree_with_an_independent_implementation(model, file):
    pairs = BytePairs(file)
    found = model.preprocessor.tokenizer.tokenize(list(TEXTS))
    assert found == [pairs(text) for text in TEXTS]


def test_symbolic_strings_are_refused(model):
    tokenizer = model.preprocessor.tokenizer
    with pytest.raises(NotImplementedError, match="Tokenise before"):
        tf.function(tokenizer.tokenize)(tf.constant(["a"]))
