"""SASRec: a user is what self-attention makes of the items they had."""

from typing import Any

import tensorflow as tf

from lmmrec_tfrs.backbones.backbone import Towers
from lmmrec_tfrs.backbones.causal_attention import CausalAttentionBlock
from lmmrec_tfrs.backbones.id_encoder import IdEncoder
from lmmrec_tfrs.layers import owner_features
from lmmrec_tfrs.layers.config_shaped import ConfigShaped
from lmmrec_tfrs.layers.id_embedding import IdEmbedding
from lmmrec_tfrs.layers.owner_features import Features
from lmmrec_tfrs.layers.seeded_dropout import SeededDropout


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class HistoryEncoder(ConfigShaped, tf.keras.layers.Layer):
    """Places users by their histories: the state at the last position (Kang and McAuley, 2018).

    The user's id takes no part, so that clicks of somebody new work without training. Padding,
    and items without an embedding of their own, are not seen; a history without anything to see
    gives a learnt vector. In contrast to the paper, each pair is trained with a history of its
    own, for the loss takes any pairs in any order, and the last block computes nothing but the
    last position.

    Args:
        num_items: how many items have an embedding of their own.
        dimension: the width of the embeddings and the states.
        maximum_history: the latest items that are read.
        num_blocks: blocks of attention and dense layers.
        num_heads: attention heads; must divide the dimension.
        dropout: rate on the embeddings and inside the blocks.
        use_positions: whether learnt positions tell the items' order.
        initial_stddev: standard deviation of the embeddings' initial values, and the initial
            scale of the output.
        skip_padding: whether nothing is computed of padding, of which most histories are made;
            XLA, which needs to know all sizes before, wants false.
        item_embedding: the table shared with the candidate encoder; None makes one. What is
            loaded from a file shares it no more.
    """

    def __init__(
        self,
        num_items: int,
        dimension: int,
        maximum_history: int = 50,
        num_blocks: int = 1,
        num_heads: int = 1,
        dropout: float = 0.0,
        use_positions: bool = True,
        initial_stddev: float = 0.05,
        skip_padding: bool = True,
        item_embedding: IdEmbedding | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.num_items = num_items
        self.dimension = dimension
        self.maximum_history = maximum_history
        self.num_blocks = num_blocks
        self.num_heads = num_heads
        self.dropout = dropout
        self.use_positions = use_positions
        self.initial_stddev = initial_stddev
        self.skip_padding = skip_padding
        self.item_embedding = item_embedding or IdEmbedding(
            num_items, dimension, initial_stddev, name="item_embedding"
        )
        self.embedding_dropout = SeededDropout(dropout, name="embedding_dropout")
        self.blocks = [
            CausalAttentionBlock(dimension, num_heads, dropout, name=f"block_{index}")
            for index in range(num_blocks)
        ]
        # A query starts as short as an embedding, which the weight of the L2 is made for.
        self.normalization = tf.keras.layers.LayerNormalization(
            gamma_initializer=tf.keras.initializers.Constant(initial_stddev),
            name="normalization",
        )

    def build(self, input_shape: Any = None) -> None:
        """Creates the weights, whose shapes follow from the config alone."""
        self.empty = self._embedding("empty", (self.dimension,))
        if self.use_positions:
            self.positions = self._embedding("positions", (self.maximum_history, self.dimension))
        if not self.item_embedding.built:
            self.item_embedding.build((None,))
        for block in self.blocks:
            block.build(None)
        self.normalization.build((None, None, self.dimension))
        super().build(input_shape)

    def _embedding(self, name: str, shape: tuple[int, ...]) -> tf.Variable:
        initializer = tf.keras.initializers.RandomNormal(stddev=self.initial_stddev)
        return self.add_weight(name=name, shape=shape, initializer=initializer)

    def call(self, inputs: Features, training: bool | None = None) -> tf.Tensor:
        """Encodes a batch.

        Args:
            inputs: see `OwnerFeatures.features_of`; only `history` is read.
            training: whether dropout is on.

        Returns:
            float32 `[batch, dimension]`.

        Raises:
            ValueError: the features have no histories.
        """
        history = inputs[owner_features.HISTORY]
        if history.shape[1] == 0:
            raise ValueError(
                "expected histories of at least one item, received a width of 0: give the users "
                "histories, as TrainingData.with_histories does."
            )
        history = history[:, -self.maximum_history :]
        if self.skip_padding and self.num_blocks > 1:
            history = self._without_padding(history)
        seen = self._is_seen(history)
        index, rows, columns, last = self._positions_needed(seen)
        valid = tf.gather(tf.reshape(seen, [-1]), index)
        if self.num_blocks == 1:
            items = tf.gather(tf.reshape(history, [-1]), index)
            states = self._embedded(items, valid, columns, tf.shape(history)[1], training)
        else:
            states = self._before_last_block(history, seen, training)
            states = tf.gather(tf.reshape(states, [-1, self.dimension]), index)
        states = self.blocks[-1].last(states, rows, valid, last, training=training)
        query = tf.cast(self.normalization(states[tf.newaxis])[0], tf.float32)
        somebody = tf.reduce_any(seen, axis=1, keepdims=True)
        return tf.where(somebody, query, tf.cast(self.empty, tf.float32))

    def states(self, history: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """The states at all positions; that of a position knows nothing of later ones.

        Args:
            history: int64 `[batch, length]`; see `OwnerFeatures.features_of`.
            training: whether dropout is on.

        Returns:
            float `[batch, length, dimension]`; what padding is at means nothing.
        """
        if not self.built:
            self.build(None)
        history = history[:, -self.maximum_history :]
        seen = self._is_seen(history)
        states = self._before_last_block(history, seen, training)
        return self.normalization(self.blocks[-1](states, valid=seen, training=training))

    def _positions_needed(
        self, seen: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]:
        """The positions that the last block reads, history by history.

        Those that hold an item, and the last one of each history, whatever it holds; all where
        padding is not skipped.

        Returns:
            int64 `[positions]` each: the index into the flattened histories, the row and the
            column; and int64 `[batch]`, where among them each history's last one is.
        """
        width = tf.shape(seen, tf.int64)[1]
        if self.skip_padding:
            seen = tf.concat([seen[:, :-1], tf.ones_like(seen[:, -1:])], axis=1)
            index = tf.where(tf.reshape(seen, [-1]))[:, 0]
            counts = tf.reduce_sum(tf.cast(seen, tf.int64), axis=1)
        else:
            index = tf.range(tf.size(seen, tf.int64))
            counts = tf.fill(tf.shape(seen)[:1], width)
        return index, index // width, index % width, tf.cumsum(counts) - 1

    def _without_padding(self, history: tf.Tensor) -> tf.Tensor:
        """The history without the columns before anybody's first item; at least the last one.

        Blocks before the last compute every column; the last one passes over padding by itself.
        """
        somebody = tf.reduce_any(self._is_seen(history), axis=0)
        first = tf.argmax(tf.concat([somebody[:-1], [True]], axis=0))
        return history[:, first:]

    def _is_seen(self, history: tf.Tensor) -> tf.Tensor:
        """Which positions hold an item with an embedding, bool `[batch, length]`."""
        return (history >= 0) & (history < self.num_items)

    def _before_last_block(
        self, history: tf.Tensor, seen: tf.Tensor, training: bool | None
    ) -> tf.Tensor:
        """The states of all positions that the last block starts from."""
        width = tf.shape(history)[1]
        columns = tf.range(tf.cast(width, tf.int64))
        states = self._embedded(history, seen, columns, width, training)
        for block in self.blocks[:-1]:
            states = block(states, valid=seen, training=training)
        return states

    def _embedded(
        self,
        items: tf.Tensor,
        seen: tf.Tensor,
        columns: tf.Tensor,
        width: tf.Tensor,
        training: bool | None,
    ) -> tf.Tensor:
        """The embeddings of items in columns of a history that is so wide."""
        states = self.item_embedding(tf.where(seen, items, self.num_items))
        states *= self.dimension**0.5
        if self.use_positions:
            # Counted from the end, so that a history may be cut at its beginning.
            places = columns + tf.cast(self.maximum_history - width, tf.int64)
            states += tf.cast(tf.gather(self.positions, places), states.dtype)
        return self.embedding_dropout(states, training=training)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "num_items": self.num_items,
            "dimension": self.dimension,
            "maximum_history": self.maximum_history,
            "num_blocks": self.num_blocks,
            "num_heads": self.num_heads,
            "dropout": self.dropout,
            "use_positions": self.use_positions,
            "initial_stddev": self.initial_stddev,
            "skip_padding": self.skip_padding,
        }


def sasrec(
    num_items: int,
    dimension: int,
    maximum_history: int = 50,
    num_blocks: int = 1,
    num_heads: int = 1,
    dropout: float = 0.0,
    use_positions: bool = True,
    initial_stddev: float = 0.05,
    skip_padding: bool = True,
) -> Towers:
    """Makes the backbone, whose encoders share the table of items.

    Args:
        num_items: how many items have an embedding of their own.
        dimension: the width of the embeddings.
        maximum_history: the latest items that are read.
        num_blocks: blocks of attention and dense layers.
        num_heads: attention heads; must divide the dimension.
        dropout: rate on the embeddings and inside the blocks.
        use_positions: whether learnt positions tell the items' order.
        initial_stddev: standard deviation of the embeddings' initial values.
        skip_padding: whether nothing is computed of padding; not for XLA.

    Returns:
        A query encoder that reads `history` and a candidate encoder that reads
        `embedding_index`.
    """
    # Named, for the tower of users has it, too: whose ids its rows are, only the name says there.
    embedding = IdEmbedding(num_items, dimension, initial_stddev, name="item_embedding")
    items = IdEncoder(num_items, dimension, initial_stddev, embedding, name="item_encoder")
    users = HistoryEncoder(
        num_items,
        dimension,
        maximum_history,
        num_blocks,
        num_heads,
        dropout,
        use_positions,
        initial_stddev,
        skip_padding,
        item_embedding=embedding,
        name="history_encoder",
    )
    return Towers(dimension, users, items)
