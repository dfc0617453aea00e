"""A tower with the tables of its owners: string ids in, scoring vectors out."""

from typing import Any

import tensorflow as tf

from lmmrec_tfrs.layers import OwnerFeatures, owner_features
from lmmrec_tfrs.layers.config_shaped import ConfigShaped
from lmmrec_tfrs.towers.owner_tower import OwnerTower


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class IdentifiedTower(ConfigShaped, tf.keras.Model):
    """Places users or items by their id; the form in which towers are saved.

    The score of a user and an item is the dot product of what their two towers return.

    Args:
        owners: the tables of the users or items.
        tower: the tower that places them.
    """

    def __init__(self, owners: OwnerFeatures, tower: OwnerTower, **kwargs: Any):
        super().__init__(**kwargs)
        self.owners = owners
        self.tower = tower
        # Parts that have their weights already leave nothing to build.
        self.built = owners.built and tower.built

    def build(self, input_shape: Any = None) -> None:
        """Creates the weights of both parts, where they have none yet."""
        for part in (self.owners, self.tower):
            if not part.built:
                part.build(None)
        self.built = True

    def call(self, inputs: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """The scoring vectors of ids.

        Args:
            inputs: string `[batch]`; ids never seen are welcome.
            training: whether the dropouts are on.

        Returns:
            float32 `[batch, dimension + 1]`.
        """
        return self.tower.scoring_vector(self.owners(inputs), training=training)

    def describe(self, ids: tf.Tensor) -> dict[str, tf.Tensor]:
        """What the signatures of the exported model return of string ids `[batch]`.

        Returns:
            `embedding` float32 `[batch, dimension + 1]`, `motivation_weights` float32
            `[batch, num_motivations]`, `known` bool `[batch]`.
        """
        features = self.owners(ids)
        return {
            "embedding": self.tower.scoring_vector(features, training=False),
            owner_features.MOTIVATION_WEIGHTS: features[owner_features.MOTIVATION_WEIGHTS],
            owner_features.KNOWN: features[owner_features.KNOWN],
        }

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        serialize = tf.keras.utils.serialize_keras_object
        return {
            "name": self.name,
            "owners": serialize(self.owners),
            "tower": serialize(self.tower),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "IdentifiedTower":
        """Makes an unfilled tower of the same settings."""
        deserialize = tf.keras.utils.deserialize_keras_object
        return cls(
            owners=deserialize(config["owners"]),
            tower=deserialize(config["tower"]),
            name=config["name"],
        )
