"""The encoder that knows an owner by its id alone."""

from typing import Any

import tensorflow as tf

from lmmrec_tfrs.layers import owner_features
from lmmrec_tfrs.layers.config_shaped import ConfigShaped
from lmmrec_tfrs.layers.id_embedding import IdEmbedding
from lmmrec_tfrs.layers.owner_features import Features


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class IdEncoder(ConfigShaped, tf.keras.layers.Layer):
    """Looks up the embedding of the owner's id.

    Args:
        num_ids: how many ids have an embedding of their own.
        dimension: the width of the embedding.
        initial_stddev: standard deviation of the normal initial values.
        embedding: a table shared with another encoder; None makes one. What is loaded from a
            file shares it no more.
    """

    def __init__(
        self,
        num_ids: int,
        dimension: int,
        initial_stddev: float = 0.05,
        embedding: IdEmbedding | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.embedding = embedding or IdEmbedding(
            num_ids, dimension, initial_stddev, name="embedding"
        )
        self.num_ids = num_ids
        self.dimension = dimension
        self.initial_stddev = initial_stddev

    def build(self, input_shape: Any = None) -> None:
        """Creates the table, unless it is there already."""
        if not self.embedding.built:
            self.embedding.build((None,))
        super().build(input_shape)

    def call(self, inputs: Features, training: bool | None = None) -> tf.Tensor:
        """Looks up a batch.

        Args:
            inputs: see `OwnerFeatures.features_of`; only `embedding_index` is read.
            training: ignored.

        Returns:
            float32 `[batch, dimension]`.
        """
        return self.embedding(inputs[owner_features.EMBEDDING_INDEX])

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "num_ids": self.num_ids,
            "dimension": self.dimension,
            "initial_stddev": self.initial_stddev,
        }
