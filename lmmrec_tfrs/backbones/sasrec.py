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
        cut_padding: whether a batch is as wide as its longest history; XLA, which needs to know
            the width before, wants false.
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
        cut_padding: bool = True,
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
        self.cut_padding = cut_padding
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
        if self.cut_padding:
            history = self._without_padding(history)
        states, seen = self._states(history, True, training)
        query, empty = (tf.cast(part, tf.float32) for part in (states[:, -1], self.empty))
        return tf.where(tf.reduce_any(seen, axis=1, keepdims=True), query, empty)

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
        return self._states(history, False, training)[0]

    def _without_padding(self, history: tf.Tensor) -> tf.Tensor:
        """The history without the columns before anybody's first item; at least the last one.

        Most histories are far shorter than they may be, and padding costs what items do.
        """
        somebody = tf.reduce_any(self._is_seen(history), axis=0)
        first = tf.argmax(tf.concat([somebody[:-1], [True]], axis=0))
        return history[:, first:]

    def _is_seen(self, history: tf.Tensor) -> tf.Tensor:
        """Which positions hold an item with an embedding, bool `[batch, length]`."""
        return (history >= 0) & (history < self.num_items)

    def _states(
        self, history: tf.Tensor, last_only: bool, training: bool | None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """The states of all positions, or the last, and which positions hold an item."""
        history = history[:, -self.maximum_history :]
        seen = self._is_seen(history)
        state = self.item_embedding(tf.where(seen, history, self.num_items))
        state *= self.dimension**0.5
        if self.use_positions:
            length = tf.shape(history)[1]
            state += tf.cast(self.positions[self.maximum_history - length :], state.dtype)
        state = self.embedding_dropout(state, training=training)
        for index, block in enumerate(self.blocks):
            only = last_only and index == self.num_blocks - 1
            state = block(state, valid=seen, last_only=only, training=training)
        return self.normalization(state), seen

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
            "cut_padding": self.cut_padding,
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
    cut_padding: bool = True,
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
        cut_padding: whether a batch is as wide as its longest history; not for XLA.

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
        cut_padding,
        item_embedding=embedding,
        name="history_encoder",
    )
    return Towers(dimension, users, items)
