"""A forward pass on the weights of a KerasNLP Llama over packed rows behind a shared prefix.

The stock layers take one position for a whole row, a causal mask, and padded rows. Scoring many
continuations of many texts wants positions and masks free, no work for padding, and what all
rows begin with evaluated once. Attention is grouped-query (Ainslie et al., 2023,
arXiv:2305.13245), positions are rotary (Su et al., 2021, arXiv:2104.09864), normalisation is
RMSNorm (Zhang and Sennrich, 2019, arXiv:1910.07467); attention to the prefix and to the own row
are computed apart and joined by their normalisers (Juravsky et al., 2024, arXiv:2402.05099).
"""

import dataclasses
from collections.abc import Sequence

import keras
import keras_hub
import numpy as np
import tensorflow as tf

from lmmrec_tfrs.motivation.models.packed_rows import PackedRows

_MASKED = -1e9
_TINY = 1e-37

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


@dataclasses.dataclass(frozen=True)
class _Row:
    """Where the queries of a layer stand, and what they see of their own rows."""

    slots: tf.Tensor
    places: tf.Tensor
    bias: tf.Tensor


class LlamaForward:
    """Evaluates a KerasNLP Llama with free positions, masks and a shared prefix.

    Args:
        backbone: the model, in float32; its weights are read once.

    Raises:
        ValueError: the backbone is no Llama in float32; see `supports`.
    """

    def __init__(self, backbone: keras_hub.models.LlamaBackbone):
        if not self.supports(backbone):
            raise ValueError(
                "expected a LlamaBackbone or Llama3Backbone in float32, received a "
                f"{type(backbone).__name__} in {backbone.compute_dtype}. Use StockLikelihood."
            )
        self._num_heads = backbone.num_query_heads
        self._num_groups = backbone.num_key_value_heads
        self._hidden = backbone.hidden_dim
        self._head = self._hidden // self._num_heads
        self._epsilon = backbone.layer_norm_epsilon
        embedding = backbone.token_embedding
        self._embeddings = tf.constant(embedding.embeddings.numpy())
        self._output = (
            self._embeddings
            if embedding.tie_weights
            else tf.constant(embedding.reverse_embeddings.numpy().T)
        )
        self._final_norm = tf.constant(backbone.layer_norm.scale.numpy())
        rotary = backbone.transformer_layers[0]._self_attention_layer.rotary_embedding_layer
        # The layer's own, because Llama 3.1 and later stretch them.
        self._frequencies = tf.constant(
            keras.ops.convert_to_numpy(rotary._get_inverse_freq(self._head))
        )
        self._layers = [self._joined(layer) for layer in backbone.transformer_layers]

    @staticmethod
    def supports(backbone: keras.Model) -> bool:
        """Whether this forward pass computes what a backbone does."""
        llamas = (keras_hub.models.LlamaBackbone, keras_hub.models.Llama3Backbone)
        return type(backbone) in llamas and backbone.compute_dtype == "float32"

    def _joined(self, layer: keras.layers.Layer) -> _LayerWeights:
        attention = layer._self_attention_layer

        def flat(dense: keras.layers.Layer) -> np.ndarray:
            return dense.kernel.numpy().reshape(self._hidden, -1)

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

    def evaluate_prefix(self, token_ids: Sequence[int]) -> list[KeysAndValues]:
        """Evaluates what all rows begin with.

        Returns:
            The keys and values of each layer, float32 `[groups, prefix_length, head_dim]`.
        """
        rows = PackedRows.causal([list(token_ids)])
        return self._run(rows.tensors(), None)[1]

    def hidden_states(
        self, rows: PackedRows, prefix: Sequence[KeysAndValues] | None = None
    ) -> tf.Tensor:
        """Evaluates the layers where something is to be predicted.

        Args:
            rows: tensors of the tokens; their positions count from the start of the prefix.
            prefix: what `evaluate_prefix` returned.

        Returns:
            The last layer's output before the final norm, float32
            `[batch * num_predicting, hidden]`.
        """
        return self._run(rows, prefix)[0]

    def log_probabilities(self, hidden: tf.Tensor) -> tf.Tensor:
        """Log-probabilities of the next token: `[rows, hidden]` to `[rows, vocabulary]`."""
        normed = self._norm(hidden, self._final_norm)
        return tf.nn.log_softmax(tf.matmul(normed, self._output, transpose_b=True))

    def _run(
        self, rows: PackedRows, prefix: Sequence[KeysAndValues] | None
    ) -> tuple[tf.Tensor, list[KeysAndValues]]:
        x = tf.gather(self._embeddings, rows.token_ids)
        angles = tf.cast(rows.positions, tf.float32)[:, None, None] * self._frequencies
        rotation = (tf.cos(angles), tf.sin(angles))
        bias = tf.where(rows.mask, 0.0, _MASKED)[:, None]
        every = _Row(rows.slots, rows.places, bias)
        chosen, chosen_tokens = _predicting(rows, bias)
        memory: list[KeysAndValues] = []
        for index, weights in enumerate(self._layers):
            joined = tf.matmul(self._norm(x, weights.attention_norm), weights.query_key_value)
            query, key, value = self._heads(joined, rotation)
            memory.append((tf.transpose(key, [1, 0, 2]), tf.transpose(value, [1, 0, 2])))
            queries = every
            if index == len(self._layers) - 1:
                # Nothing after the last layer looks at the other tokens.
                x, query = tf.gather(x, chosen_tokens), tf.gather(query, chosen_tokens)
                queries = chosen
            past = None if prefix is None else prefix[index]
            attended = self._attend(query, key, value, queries, rows.slots, past)
            x += tf.matmul(attended, weights.attention_output)
            both = tf.matmul(self._norm(x, weights.feedforward_norm), weights.gate_up)
            gate, up = tf.split(both, 2, -1)
            x += tf.matmul(tf.nn.silu(gate) * up, weights.down)
        return x, memory

    def _norm(self, x: tf.Tensor, scale: tf.Tensor) -> tf.Tensor:
        variance = tf.reduce_mean(tf.square(x), axis=-1, keepdims=True)
        return x * tf.math.rsqrt(variance + self._epsilon) * scale

    def _heads(
        self, joined: tf.Tensor, rotation: tuple[tf.Tensor, tf.Tensor]
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Queries, keys and values, `[tokens, heads or groups, head_dim]`, with positions."""
        heads = tf.reshape(joined, [-1, self._num_heads + 2 * self._num_groups, self._head])
        rotated, value = tf.split(heads, [self._num_heads + self._num_groups, self._num_groups], 1)
        cosine, sine = rotation
        first, second = tf.split(rotated, 2, axis=-1)
        rotated = tf.concat(
            [first * cosine - second * sine, second * cosine + first * sine], axis=-1
        )
        query, key = tf.split(rotated, [self._num_heads, self._num_groups], 1)
        return query * self._head**-0.5, key, value

    def _attend(
        self,
        query: tf.Tensor,
        key: tf.Tensor,
        value: tf.Tensor,
        queries: _Row,
        slots: tf.Tensor,
        prefix: KeysAndValues | None,
    ) -> tf.Tensor:
        """Attention to the prefix and to the own row, `[queries, hidden]`."""
        share = self._num_heads // self._num_groups
        batch, width = tf.shape(queries.slots)[0], tf.shape(queries.slots)[1]
        # The queries that share a key lie one below the other: no key is copied.
        padded = tf.reshape(
            tf.transpose(tf.gather(query, queries.slots), [0, 2, 1, 3]),
            [batch, self._num_groups, share * width, self._head],
        )
        own_key = tf.transpose(tf.gather(key, slots), [0, 2, 1, 3])
        own_value = tf.transpose(tf.gather(value, slots), [0, 2, 1, 3])
        scores = tf.matmul(padded, own_key, transpose_b=True)
        scores = tf.reshape(scores, [batch, self._num_heads, width, -1]) + queries.bias
        own = tf.reshape(tf.nn.softmax(scores), [batch, self._num_groups, share * width, -1])
        own = tf.reshape(tf.matmul(own, own_value), [batch, self._num_heads, width, self._head])
        own = self._packed(own, queries.places)
        if prefix is not None:
            own_normaliser = self._packed(
                tf.reduce_logsumexp(scores, axis=-1, keepdims=True), queries.places
            )
            past, past_normaliser = self._attend_to_prefix(query, *prefix)
            # Two softmaxes joined into the one over all that is attended to.
            own += tf.sigmoid(past_normaliser - own_normaliser) * (past - own)
        return tf.reshape(own, [-1, self._hidden])

    def _packed(self, padded: tf.Tensor, places: tf.Tensor) -> tf.Tensor:
        """`[batch, heads, width, size]` to `[queries, heads, size]`, without the padding."""
        size = padded.shape[-1]
        flat = tf.reshape(tf.transpose(padded, [0, 2, 1, 3]), [-1, self._num_heads, size])
        return tf.gather(flat, places)

    def _attend_to_prefix(
        self, query: tf.Tensor, key: tf.Tensor, value: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Attention to the prefix alone, and the logarithm of its normaliser.

        All rows see all of it, so that they are one large matrix.
        """
        count = tf.shape(query)[0]
        stacked = tf.reshape(tf.transpose(query, [1, 0, 2]), [self._num_groups, -1, self._head])
        scores = tf.matmul(stacked, key, transpose_b=True)
        attention = tf.nn.softmax(scores)
        # softmax = exp(score - normaliser), in any column.
        normaliser = scores[..., :1] - tf.math.log(tf.maximum(attention[..., :1], _TINY))
        output = tf.matmul(attention, value)

        def unstacked(x: tf.Tensor) -> tf.Tensor:
            shaped = tf.reshape(x, [self._num_heads, count, x.shape[-1]])
            return tf.transpose(shaped, [1, 0, 2])

        return unstacked(output), unstacked(normaliser)


def _predicting(rows: PackedRows, bias: tf.Tensor) -> tuple[_Row, tf.Tensor]:
    """The queries that predict, as rows of their own, and their indices among the tokens."""
    batch, width = tf.shape(rows.predicting)[0], tf.shape(rows.predicting)[1]
    places = tf.range(batch * width)
    chosen_bias = tf.gather(bias[:, 0], rows.predicting, batch_dims=1)[:, None]
    tokens = tf.reshape(tf.gather(rows.slots, rows.predicting, batch_dims=1), [-1])
    return _Row(tf.reshape(places, [batch, width]), places, chosen_bias), tokens
