"""A block of causal self-attention over a sequence."""

from typing import Any

import tensorflow as tf

from lmmrec_tfrs.layers.seeded_dropout import SeededDropout

# Added to the logits of what may not be seen; its exponential is zero in float32.
_UNSEEN = -1e9


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class CausalAttentionBlock(tf.keras.layers.Layer):
    """Self-attention and a pointwise network, each x + Dropout(g(LayerNorm(x))).

    As in SASRec (Kang and McAuley, 2018), equations 3 to 5: a position sees itself and those
    before it, attention has no output projection, and the network has one hidden layer of the
    same width.

    Args:
        dimension: the width of the states.
        num_heads: attention heads; must divide the dimension.
        dropout: rate on the attention weights and behind both parts.

    Raises:
        ValueError: `num_heads` does not divide `dimension`.
    """

    def __init__(self, dimension: int, num_heads: int = 1, dropout: float = 0.0, **kwargs: Any):
        super().__init__(**kwargs)
        if dimension % num_heads:
            raise ValueError(
                f"expected a number of heads that divides the dimension {dimension}, received "
                f"{num_heads}."
            )
        self.dimension = dimension
        self.num_heads = num_heads
        self.dropout = dropout
        dense = tf.keras.layers.Dense
        self.attention_normalization = tf.keras.layers.LayerNormalization(
            name="attention_normalization"
        )
        self.query = dense(dimension, use_bias=False, name="query")
        self.key = dense(dimension, use_bias=False, name="key")
        self.value = dense(dimension, use_bias=False, name="value")
        self.network_normalization = tf.keras.layers.LayerNormalization(
            name="network_normalization"
        )
        self.hidden = dense(dimension, activation="relu", name="hidden")
        self.update = dense(dimension, name="update")
        self.weight_dropout = SeededDropout(dropout, name="weight_dropout")
        self.attention_dropout = SeededDropout(dropout, name="attention_dropout")
        self.network_dropout = SeededDropout(dropout, name="network_dropout")

    def build(self, input_shape: Any = None) -> None:
        """Creates the weights, whose shapes follow from the config alone."""
        for layer in (
            self.attention_normalization,
            self.query,
            self.key,
            self.value,
            self.network_normalization,
            self.hidden,
            self.update,
        ):
            layer.build((None, None, self.dimension))
        super().build(input_shape)

    def call(self, inputs: tf.Tensor, valid: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Passes sequences on.

        Args:
            inputs: float `[batch, length, dimension]`.
            valid: bool `[batch, length]`, false where there is only padding, which nobody sees.
            training: whether dropout is on.

        Returns:
            float `[batch, length, dimension]`.
        """
        normalized = self.attention_normalization(inputs)
        length = tf.shape(inputs)[1]
        before = tf.range(length)[:, tf.newaxis] >= tf.range(length)[tf.newaxis, :]
        seen = valid[:, tf.newaxis, :] & before[tf.newaxis]
        queries, keys, values = (
            self._split_heads(part(normalized)) for part in (self.query, self.key, self.value)
        )
        logits = self._scaled(tf.matmul(queries, keys, transpose_b=True))
        weights = tf.nn.softmax(tf.where(seen[:, tf.newaxis], logits, _UNSEEN))
        weights = self.weight_dropout(tf.cast(weights, values.dtype), training=training)
        joined = tf.transpose(tf.matmul(weights, values), [0, 2, 1, 3])
        attended = tf.reshape(joined, [tf.shape(joined)[0], -1, self.dimension])
        return self._after_attention(inputs, attended, training)

    def last(
        self,
        states: tf.Tensor,
        rows: tf.Tensor,
        valid: tf.Tensor,
        last: tf.Tensor,
        training: bool | None = None,
    ) -> tf.Tensor:
        """Passes on the last position of each sequence, which sees all of its own.

        The positions of all sequences stand in one line, so that padding can be left out: most
        sequences are far shorter than the longest.

        Args:
            states: float `[positions, dimension]`.
            rows: int64 `[positions]`, which sequence each is of.
            valid: bool `[positions]`, false where there is only padding.
            last: int64 `[batch]`, where each sequence's last position is.
            training: whether dropout is on.

        Returns:
            float `[batch, dimension]`.
        """
        # The layers are built for sequences: all positions are one.
        normalized = self.attention_normalization(states[tf.newaxis])[0]
        split = [-1, self.num_heads, self.dimension // self.num_heads]
        queries, keys, values = (
            tf.reshape(part, split)
            for part in (
                self.query(tf.gather(normalized, last)),
                self.key(normalized),
                self.value(normalized),
            )
        )
        logits = self._scaled(tf.reduce_sum(tf.gather(queries, rows) * keys, axis=2))
        logits = tf.where(valid[:, tf.newaxis], logits, _UNSEEN)
        batch = tf.shape(last)[0]
        greatest = tf.stop_gradient(tf.math.unsorted_segment_max(logits, rows, batch))
        weights = tf.exp(logits - tf.gather(greatest, rows))
        weights /= tf.gather(tf.math.unsorted_segment_sum(weights, rows, batch), rows)
        weights = self.weight_dropout(tf.cast(weights, values.dtype), training=training)
        attended = tf.math.unsorted_segment_sum(weights[:, :, tf.newaxis] * values, rows, batch)
        attended = tf.reshape(attended, [1, -1, self.dimension])
        return self._after_attention(tf.gather(states, last)[tf.newaxis], attended, training)[0]

    def _scaled(self, products: tf.Tensor) -> tf.Tensor:
        """The logits of attention, float32."""
        scale = (self.dimension // self.num_heads) ** -0.5
        return tf.cast(products, tf.float32) * scale

    def _after_attention(
        self, states: tf.Tensor, attended: tf.Tensor, training: bool | None
    ) -> tf.Tensor:
        """The residual connections and the pointwise network."""
        states += self.attention_dropout(attended, training=training)
        update = self.update(self.hidden(self.network_normalization(states)))
        return states + self.network_dropout(update, training=training)

    def _split_heads(self, values: tf.Tensor) -> tf.Tensor:
        """`[batch, length, dimension]` to `[batch, heads, length, dimension / heads]`."""
        width = self.dimension // self.num_heads
        split = tf.reshape(values, [tf.shape(values)[0], -1, self.num_heads, width])
        return tf.transpose(split, [0, 2, 1, 3])

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "dimension": self.dimension,
            "num_heads": self.num_heads,
            "dropout": self.dropout,
        }
