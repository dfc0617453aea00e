"""A Hugging Face folder of a BERT as a KerasNLP `BertBackbone` with its tokenizer.

Devlin et al., 2019, arXiv:1810.04805. KerasNLP reads such folders too, but wants one naming of
the weights, approximates GELU where the model was trained with the exact one, and keeps accents
that the model never saw.
"""

import json
from pathlib import Path
from typing import Any

import keras
import keras_hub
import numpy as np
from safetensors.numpy import load_file

WEIGHTS = "model.safetensors"
_ACTIVATIONS = {
    "gelu": keras.activations.gelu,
    "relu": keras.activations.relu,
    "gelu_new": lambda x: keras.activations.gelu(x, approximate=True),
    "gelu_pytorch_tanh": lambda x: keras.activations.gelu(x, approximate=True),
}


def load_bert_tokenizer(folder: Path) -> keras_hub.models.BertTokenizer:
    """Loads the tokenizer; accents are stripped where case is, unless the folder says otherwise.

    Raises:
        FileNotFoundError: there is no vocabulary.
    """
    vocabulary = folder / "vocab.txt"
    if not vocabulary.is_file():
        raise FileNotFoundError(
            f"expected the word pieces of a BERT at {vocabulary}, found none: copy the model's "
            "vocab.txt there."
        )
    said = _json(folder / "tokenizer_config.json", required=False)
    lowercase = bool(said.get("do_lower_case", True))
    strip_accents = said.get("strip_accents")
    return keras_hub.models.BertTokenizer(
        vocabulary=str(vocabulary),
        lowercase=lowercase,
        strip_accents=lowercase if strip_accents is None else bool(strip_accents),
        # TensorFlow's operations are several times as fast as the same in Python.
        _allow_python_workflow=False,
    )


def load_bert_backbone(folder: Path) -> keras_hub.models.BertBackbone:
    """Loads the encoder, in float32.

    Raises:
        FileNotFoundError: the configuration or the weights are missing.
        ValueError: the weights are not those of a BERT, or its activation is unknown.
    """
    config = _json(folder / "config.json")
    weights_file = folder / WEIGHTS
    if not weights_file.is_file():
        raise FileNotFoundError(
            f"expected the weights of a BERT at {weights_file}, found none: save the model with "
            "safe serialisation, in one file."
        )
    activation = config.get("hidden_act", "gelu")
    if activation not in _ACTIVATIONS:
        raise ValueError(
            f"{folder}: expected one of the activations {sorted(_ACTIVATIONS)}, received "
            f"'{activation}'."
        )
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
    _assign_weights(backbone, _Weights(weights_file))
    for layer in backbone.transformer_layers:
        layer._feedforward_intermediate_dense.activation = _ACTIVATIONS[activation]
    return backbone


def _json(path: Path, required: bool = True) -> dict[str, Any]:
    if not path.is_file() and not required:
        return {}
    if not path.is_file():
        raise FileNotFoundError(f"expected a file at {path}, found none.")
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


class _Weights:
    """Weights by name, whether or not a head's checkpoint put `bert.` before it."""

    def __init__(self, path: Path):
        self._path = path
        self._weights = {
            name.removeprefix("bert.")
            .replace("LayerNorm.gamma", "LayerNorm.weight")
            .replace("LayerNorm.beta", "LayerNorm.bias"): value
            for name, value in load_file(path).items()
        }

    def __contains__(self, name: str) -> bool:
        return name in self._weights

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._weights:
            raise ValueError(
                f"expected the weight '{name}' of a BERT in {self._path}, found none: is it "
                "another model?"
            )
        return self._weights[name].astype(np.float32)


def _assign_weights(backbone: keras_hub.models.BertBackbone, weights: _Weights) -> None:
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
    # Mean pooling does not use it, and many checkpoints leave it out.
    if "pooler.dense.weight" in weights:
        assign_dense(backbone.pooled_dense, "pooler.dense")
