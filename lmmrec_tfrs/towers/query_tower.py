"""The tower of users."""

import tensorflow as tf

from lmmrec_tfrs.layers.owner_features import Features
from lmmrec_tfrs.towers.owner_tower import OwnerTower


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class QueryTower(OwnerTower):
    """Places users; see `OwnerTower` for the arguments."""

    def call(self, inputs: Features, training: bool | None = None) -> tf.Tensor:
        """The users' embeddings.

        Args:
            inputs: see `OwnerFeatures.features_of`.
            training: whether the dropouts are on.

        Returns:
            float32 `[batch, dimension]`.
        """
        return self.encode(inputs, training=training).embedding

    def scoring_vector(self, features: Features, training: bool | None = None) -> tf.Tensor:
        """The embedding and a 1, which the item bias is multiplied by."""
        embedding = tf.cast(self.encode(features, training=training).embedding, tf.float32)
        return tf.concat([embedding, tf.ones_like(embedding[:, :1])], axis=1)
