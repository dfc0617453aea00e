"""A forward pass on the weights of a KerasNLP Llama that takes any tree of tokens.

The stock layers take one position for a whole row and a causal mask. Scoring many
continuations of one text wants both free, and a prefix that all rows share evaluated once.
Attention is grouped-query (Ainslie et al., 2023, arXiv:2305.13245), positions are rotary (Su et
al., 2021, arXiv:2104.09864), normalisation is RMSNorm (Zhang and Sennrich, 2019,
arXiv:1910.07467).
"""

import dataclasses
from collections.abc import Sequence

import keras_hub
import numpy as np
import tensorflow as tf

_MASKED = -1e9

KeysAndValues = tuple[tf.Tensor, tf.Tensor]


@dataclasses.dataclass(frozen=True)
class _LayerWeights:
    """Weights of a layer, with those that share an input joined."""

    attention_norm: tf.Tensor
    query_key_value: tf.Tensor
    attention_output: tf.Tensor
    feedforward_norm: tf.Tensor
    gate_up: tf.Tensor
    down: tf.Tensor


class LlamaForward:
    """Evaluates a KerasNLP Llama with free positions, masks and a shared prefix.

    Args:
        backbone: the model; its weights are read once.
    """

    def __init__(self, backbone: keras_hub.models.Llama3Backbone):
        self._num_heads = backbone.num_query_heads
        self._num_groups = backbone.num_key_value_heads
        self._hidden = backbone.hidden_dim
        self._head = self._hidden // self._num_heads
        self._epsilon = backbone.layer_norm_epsilon
        self._embeddings = tf.constant(backbone.token_embedding.embeddings.numpy())
        self._final_norm = tf.constant(backbone.layer_norm.scale.numpy())
        exponents = np.arange(0, self._head, 2) / self._head
        self._frequencies = tf.constant(
            1.0 / backbone.rope_max_wavelength**exponents, dtype=tf.float32
        )
        self._layers = [self._joined(layer) for layer in backbone.transformer_layers]

    def _joined(self, layer: keras_hub.layers.TransformerDecoder) -> _LayerWeights:
        attention = layer._self_attention_layer

        def flat(dense: object) -> np.ndarray:
            return dense.kernel.numpy().reshape(self._hidden, -1)  # type: ignore[attr-defined]

        query_key_value = [attention._query_dense, attention._key_dense, attention._value_dense]
        gate_up = [layer._feedforward_gate_dense, layer._feedforward_intermediate_dense]
        output = attention._output_dense.kernel.numpy().reshape(-1, self._hidden)
        return _LayerWeights(
            attention_norm=tf.constant(layer._self_attention_layernorm.scale.numpy()),
            query_key_value=tf.constant(np.concatenate([flat(d) for d in query_key_value], 1)),
            attention_output=tf.constant(output),
            feedforward_norm=tf.constant(layer._feedforward_layernorm.scale.numpy()),
            gate_up=tf.constant(np.concatenate([flat(d) for d in gate_up], 1)),
            down=tf.constant(layer._feedforward_output_dense.kernel.numpy()),
        )

    def hidden_states(
        self,
        token_ids: tf.Tensor,
        positions: tf.Tensor,
        mask: tf.Tensor,
        prefix: Sequence[KeysAndValues] | None = None,
    ) -> tuple[tf.Tensor, list[KeysAndValues]]:
        """Evaluates the layers.

        Args:
            token_ids: int32 `[batch, length]`.
            positions: int32 `[batch, length]`, counted from the start of the prefix.
            mask: bool `[batch, length, length]`, true where a row's token attends to another.
            prefix: for each layer the keys and values of tokens that all attend to, float32
                `[1, groups, prefix_length, head_dim]`.

        Returns:
            The last layer's output before the final norm, float32 `[batch, length, hidden]`;
            and the keys and values of the tokens, by layer.
        """
        x = tf.gather(self._embeddings, token_ids)
        angles = tf.cast(positions, tf.float32)[:, :, None, None] * self._frequencies
        rotation = (tf.cos(angles), tf.sin(angles))
        # The scores of prefix and row stand side by side, so do their masks.
        bias = tf.where(mask, 0.0, _MASKED)[:, None, None]
        memory: list[KeysAndValues] = []
        for index, weights in enumerate(self._layers):
            past = None if prefix is None else prefix[index]
            attended, keys_and_values = self._attend(x, weights, rotation, bias, past)
            memory.append(keys_and_values)
            x += attended
            gate, up = tf.split(
                self._project(self._norm(x, weights.feedforward_norm), weights.gate_up), 2, -1
            )
            x += self._project(tf.nn.silu(gate) * up, weights.down)
        return x, memory

    def log_probabilities(self, hidden: tf.Tensor) -> tf.Tensor:
        """Log-probabilities of the next token: `[..., hidden]` to `[..., vocabulary]`."""
        normed = self._norm(hidden, self._final_norm)
        return tf.nn.log_softmax(tf.matmul(normed, self._embeddings, transpose_b=True))

    def _norm(self, x: tf.Tensor, scale: tf.Tensor) -> tf.Tensor:
        variance = tf.reduce_mean(tf.square(x), axis=-1, keepdims=True)
        return x * tf.math.rsqrt(variance + self._epsilon) * scale

    def _project(self, x: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
        # One flat matrix product is much faster on a CPU than a batch of them.
        shape = tf.shape(x)
        product = tf.matmul(tf.reshape(x, [-1, kernel.shape[0]]), kernel)
        return tf.reshape(product, [shape[0], shape[1], kernel.shape[1]])

    def _rotate(self, x: tf.Tensor, rotation: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        cosine, sine = rotation
        first, second = tf.split(x, 2, axis=-1)
        return tf.concat([first * cosine - second * sine, second * cosine + first * sine], axis=-1)

    def _attend(
        self,
        x: tf.Tensor,
        weights: _LayerWeights,
        rotation: tuple[tf.Tensor, tf.Tensor],
        bias: tf.Tensor,
        prefix: KeysAndValues | None,
    ) -> tuple[tf.Tensor, KeysAndValues]:
        batch, length = tf.shape(x)[0], tf.shape(x)[1]
        share = self._num_heads // self._num_groups
        joined = self._project(self._norm(x, weights.attention_norm), weights.query_key_value)
        heads = tf.reshape(joined, [batch, length, -1, self._head])
        query, key, value = tf.split(
            heads, [self._num_heads, self._num_groups, self._num_groups], axis=2
        )
        query = self._rotate(query, rotation) * self._head**-0.5
        key = tf.transpose(self._rotate(key, rotation), [0, 2, 1, 3])
        value = tf.transpose(value, [0, 2, 1, 3])
        # The queries that share a key lie one below the other: no key is copied.
        query = tf.reshape(
            tf.transpose(query, [0, 2, 1, 3]),
            [batch, self._num_groups, share * length, self._head],
        )
        scores = tf.matmul(query, key, transpose_b=True)
        own = tf.reshape(scores, [batch, self._num_groups, share, length, length]) + bias
        own = tf.reshape(own, [batch, self._num_groups, share * length, length])
        if prefix is None:
            output = tf.matmul(tf.nn.softmax(own), value)
        else:
            past_key, past_value = prefix
            past = tf.matmul(query, past_key, transpose_b=True)
            attention = tf.nn.softmax(tf.concat([past, own], axis=-1))
            on_past, on_own = tf.split(attention, [tf.shape(past_key)[2], length], axis=-1)
            output = tf.matmul(on_past, past_value) + tf.matmul(on_own, value)
        output = tf.reshape(output, [batch, self._num_heads, length, self._head])
        output = tf.reshape(tf.transpose(output, [0, 2, 1, 3]), [batch, length, self._hidden])
        return self._project(output, weights.attention_output), (key, value)
