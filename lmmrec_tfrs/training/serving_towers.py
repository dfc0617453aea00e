"""Towers without what only training needs."""

import tensorflow as tf

from lmmrec_tfrs.backbones.backbone import encoder_for_serving
from lmmrec_tfrs.towers import IdentifiedTower


def serving_tower(trained: IdentifiedTower) -> IdentifiedTower:
    """A tower that returns the same, with the encoder that its own one offers for serving.

    Args:
        trained: a trained tower.

    Returns:
        The tower itself where its encoder offers nothing else; a copy otherwise.
    """
    tower = trained.tower
    encoder = encoder_for_serving(tower.encoder)
    if encoder is tower.encoder:
        return trained
    settings = {**tower.get_config(), "encoder": encoder, "motivation": tower.motivation}
    copy = type(tower)(**settings)
    copy.build(None)
    for variable, value in zip(_own_weights(copy), _own_weights(tower), strict=True):
        variable.assign(value)
    return IdentifiedTower(trained.owners, copy, name=trained.name)


def _own_weights(tower: tf.keras.Model) -> list[tf.Variable]:
    """The weights that are not the encoder's."""
    of_encoder = {id(weight) for weight in tower.encoder.weights}
    return [weight for weight in tower.weights if id(weight) not in of_encoder]
