"""The MLP two-tower: dense layers over the id's embedding, attributes and counts."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from lmmrec_tfrs.backbones.backbone import Towers
from lmmrec_tfrs.layers import owner_features
from lmmrec_tfrs.layers.config_shaped import ConfigShaped
from lmmrec_tfrs.layers.id_embedding import IdEmbedding
from lmmrec_tfrs.layers.owner_features import Features
from lmmrec_tfrs.layers.seeded_dropout import SeededDropout


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class MlpEncoder(ConfigShaped, tf.keras.layers.Layer):
    """Dense layers over the id's embedding, the attributes and log(1 + interactions).

    The deep half of a deep retrieval tower (Covington et al., 2016), but for the residual
    connection from the id's embedding, with which it starts as matrix factorisation and adds what
    the features say.

    Args:
        num_ids: how many ids have an embedding of their own.
        dimension: the width of the output and of the id embeddings.
        num_attributes: A, the width of the attributes.
        hidden_units: the width of each hidden layer.
        dropout: rate after each hidden layer.
        initial_stddev: standard deviation of the id embeddings' initial values.
    """

    def __init__(
        self,
        num_ids: int,
        dimension: int,
        num_attributes: int = 0,
        hidden_units: Sequence[int] = (128,),
        dropout: float = 0.0,
        initial_stddev: float = 0.05,
        **kwargs: Any,
    ):
        # A count may lie beyond what half precision holds: its logarithm comes first.
        kwargs.setdefault("autocast", False)
        super().__init__(**kwargs)
        self.num_ids = num_ids
        self.dimension = dimension
        self.num_attributes = num_attributes
        self.hidden_units = tuple(hidden_units)
        self.dropout = dropout
        self.initial_stddev = initial_stddev
        self.embedding = IdEmbedding(num_ids, dimension, initial_stddev, name="embedding")
        self.hidden = [
            tf.keras.layers.Dense(units, activation="gelu", name=f"hidden_{index}")
            for index, units in enumerate(self.hidden_units)
        ]
        self.hidden_dropout = SeededDropout(dropout, name="hidden_dropout")
        # A small start, or the features would drown the id embeddings, which are small.
        self.projection = tf.keras.layers.Dense(
            dimension,
            kernel_initializer=tf.keras.initializers.RandomNormal(stddev=0.01),
            name="projection",
        )

    def build(self, input_shape: Any = None) -> None:
        """Creates the weights, whose shapes follow from the config alone."""
        self.embedding.build((None,))
        width = self.dimension + self.num_attributes + 1
        for layer in (*self.hidden, self.projection):
            layer.build((None, width))
            width = layer.units
        super().build(input_shape)

    def call(self, inputs: Features, training: bool | None = None) -> tf.Tensor:
        """Encodes a batch.

        Args:
            inputs: see `OwnerFeatures.features_of`; `embedding_index`, `attributes` and
                `interaction_count` are read.
            training: whether dropout is on.

        Returns:
            float32 `[batch, dimension]`.
        """
        embedding = tf.cast(self.embedding(inputs[owner_features.EMBEDDING_INDEX]), tf.float32)
        counts = tf.math.log1p(inputs[owner_features.INTERACTION_COUNT])[:, tf.newaxis]
        state = tf.concat([embedding, inputs[owner_features.ATTRIBUTES], counts], axis=1)
        for layer in self.hidden:
            state = self.hidden_dropout(layer(state), training=training)
        return embedding + tf.cast(self.projection(state), tf.float32)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "num_ids": self.num_ids,
            "dimension": self.dimension,
            "num_attributes": self.num_attributes,
            "hidden_units": list(self.hidden_units),
            "dropout": self.dropout,
            "initial_stddev": self.initial_stddev,
        }


def mlp(
    num_users: int,
    num_items: int,
    dimension: int,
    num_user_attributes: int = 0,
    num_item_attributes: int = 0,
    hidden_units: Sequence[int] = (128,),
    dropout: float = 0.0,
    initial_stddev: float = 0.05,
) -> Towers:
    """Makes the backbone.

    Args:
        num_users: how many users have an embedding of their own.
        num_items: how many items do.
        dimension: the width of the embeddings.
        num_user_attributes: the width of the users' attributes.
        num_item_attributes: the width of the items' attributes.
        hidden_units: the width of each hidden layer.
        dropout: rate after each hidden layer.
        initial_stddev: standard deviation of the id embeddings' initial values.

    Returns:
        Two encoders with weights of their own.
    """
    units = tuple(hidden_units)
    return Towers(
        dimension,
        MlpEncoder(
            num_users,
            dimension,
            num_user_attributes,
            units,
            dropout,
            initial_stddev,
            name="user_encoder",
        ),
        MlpEncoder(
            num_items,
            dimension,
            num_item_attributes,
            units,
            dropout,
            initial_stddev,
            name="item_encoder",
        ),
    )
