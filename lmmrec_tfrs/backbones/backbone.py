"""What a backbone must provide."""

import dataclasses
from collections.abc import Callable
from typing import Any, Protocol

import tensorflow as tf

# What both encoders need of a step, by the name it has among the features.
SharedFeatures = Callable[[bool | None], dict[str, Any]]


class Backbone(Protocol):
    """Places users and items by their behaviour.

    Both encoders are called as `encoder(features, training=...)` with the features of
    `OwnerFeatures.features_of` and return float32 `[batch, dimension]`. An encoder that needs
    something else to serve than to train (LightGCN's graph) has a method `for_serving()` that
    returns another encoder of the same output; see `encoder_for_serving`.
    """

    @property
    def dimension(self) -> int:
        """The width of what both encoders return."""
        ...

    @property
    def query_encoder(self) -> tf.keras.layers.Layer:
        """Places users."""
        ...

    @property
    def candidate_encoder(self) -> tf.keras.layers.Layer:
        """Places items; it may share layers with the query encoder."""
        ...

    @property
    def shared_features(self) -> SharedFeatures | None:
        """Called with `training`, what both encoders can use of one step; None for nothing.

        It is computed once and joins the features of users and of items, so that an expensive
        part is not computed for each side. An encoder works without it, too.
        """
        ...


@dataclasses.dataclass(frozen=True)
class Towers:
    """A backbone made of two Keras layers or models, such as a user's own.

    Args:
        dimension: the width of what both return.
        query_encoder: features of users to float32 `[batch, dimension]`.
        candidate_encoder: features of items likewise.
        shared_features: see `Backbone`; None for most.

    Example:

    >>> class Attributes(tf.keras.layers.Layer):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.projection = tf.keras.layers.Dense(8)
    ...     def call(self, features, training=None):
    ...         return self.projection(features["attributes"])
    >>> towers = Towers(8, query_encoder=Attributes(), candidate_encoder=Attributes())
    >>> towers.candidate_encoder({"attributes": tf.ones([2, 3])}).shape
    TensorShape([2, 8])
    """

    dimension: int
    query_encoder: tf.keras.layers.Layer
    candidate_encoder: tf.keras.layers.Layer
    shared_features: SharedFeatures | None = None


def encoder_for_serving(encoder: tf.keras.layers.Layer) -> tf.keras.layers.Layer:
    """What an encoder offers for serving, itself where it offers nothing else."""
    return encoder.for_serving() if hasattr(encoder, "for_serving") else encoder
