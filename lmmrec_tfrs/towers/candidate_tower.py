"""The tower of items."""

from typing import Any

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers.owner_features import Features
from lmmrec_tfrs.towers.owner_tower import OwnerTower


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class CandidateTower(OwnerTower):
    """Places items, and gives each a bias; see `OwnerTower` for the arguments.

    The bias follows the embedding index. An item without an id, or whose id was dropped, has the
    bias of the out-of-vocabulary row and, where it has text, what the text says of how much it
    will be wanted.
    """

    def build(self, input_shape: Any = None) -> None:
        """Creates the weights, whose shapes follow from the config alone."""
        self.item_bias = self.add_weight(
            name="item_bias",
            shape=(self.num_embeddings + 1,),
            initializer="zeros",
            # Its differences decide rankings: half precision would round them off.
            experimental_autocast=False,
        )
        if self.motivation:
            self.text_bias = tf.keras.layers.Dense(
                1, use_bias=False, kernel_initializer="zeros", name="text_bias", dtype="float32"
            )
            self.text_bias.build((None, self.dimension))
        super().build(input_shape)

    def set_item_bias(self, values: np.ndarray) -> None:
        """Sets the biases, float `[num_embeddings + 1]`, the out-of-vocabulary row last."""
        if not self.built:
            self.build(None)
        self.item_bias.assign(values)

    def bias_of(self, index: tf.Tensor, textual: tf.Tensor, text_only: tf.Tensor) -> tf.Tensor:
        """The bias of items; see `OwnerTower.bias_of`."""
        bias = tf.gather(self.item_bias, index)
        if not self.motivation:
            return bias
        from_text = tf.cast(self.text_bias(textual)[:, 0], bias.dtype)
        return bias + tf.where(text_only, from_text, tf.zeros_like(from_text))

    def call(self, inputs: Features, training: bool | None = None) -> tuple[tf.Tensor, tf.Tensor]:
        """The items' embeddings and biases.

        Args:
            inputs: see `OwnerFeatures.features_of`.
            training: whether the dropouts are on.

        Returns:
            float32 `[batch, dimension]` and float32 `[batch, 1]`.
        """
        output = self.encode(inputs, training=training)
        return output.embedding, output.bias[:, tf.newaxis]

    def scoring_vector(self, features: Features, training: bool | None = None) -> tf.Tensor:
        """The embedding and, last, the bias."""
        output = self.encode(features, training=training)
        bias = output.bias[:, tf.newaxis]
        return tf.concat([tf.cast(output.embedding, tf.float32), tf.cast(bias, tf.float32)], axis=1)
