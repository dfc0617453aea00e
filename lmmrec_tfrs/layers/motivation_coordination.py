"""The motivation coordination strategy: an owner's motivations must agree with themselves."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from lmmrec_tfrs.layers.contrastive_alignment import ContrastiveAlignment
from lmmrec_tfrs.layers.motivation_views import MotivationViews


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class MotivationCoordination(tf.keras.layers.Layer):
    """InfoNCE between motivations read from two views of the same owner's texts.

    The views are disjoint halves of the texts, or noisy copies of the features (see
    `MotivationViews`); what both say is the owner's motivation, what one says is the text's.
    Contrasting augmented views is SimCLR's (Chen et al., 2020).

    Args:
        noise_stddev: see `MotivationViews`.
        feature_dropout: see `MotivationViews`.
        temperature: see `ContrastiveAlignment`.
        learnable_temperature: whether the temperature is learnt.
        seed: of the noise; None takes one from the global generator.

    Example: two owners whose halves agree, at temperature 1.

    >>> layer = MotivationCoordination(temperature=1.0)
    >>> features, yes = tf.eye(2), tf.constant([True, True])
    >>> loss = layer((features,) * 3, tf.identity, tf.constant([0, 1]), has_halves=yes, valid=yes)
    >>> round(float(loss), 4)  # log(1 + exp(-1))
    0.3133
    """

    def __init__(
        self,
        noise_stddev: float = 0.1,
        feature_dropout: float = 0.1,
        temperature: float = 0.2,
        learnable_temperature: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ):
        # Losses are computed in float32, whatever precision the model has.
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.views = MotivationViews(
            noise_stddev, feature_dropout, seed, name="views", dtype="float32"
        )
        self.alignment = ContrastiveAlignment(temperature, learnable_temperature, name="alignment")

    def call(
        self,
        inputs: Sequence[tf.Tensor],
        encode: Callable[[tf.Tensor], tf.Tensor],
        owners: tf.Tensor,
        has_halves: tf.Tensor,
        valid: tf.Tensor,
        training: bool | None = None,
    ) -> tf.Tensor:
        """The loss of a batch.

        Args:
            inputs: standardised features of all texts, of the first half and of the second,
                float32 `[batch, num_features]` each.
            encode: maps features `[2 * batch, num_features]`, both views at once, to motivations
                `[2 * batch, dimension]`, such as `TextualMotivationEncoder.encode`.
            owners: int64 `[batch]`, whose texts they are.
            has_halves: bool `[batch]`, who has two halves.
            valid: bool `[batch]`, who has text.
            training: whether there is noise.

        Returns:
            float32 scalar, the mean over valid rows; 0 where none is valid.
        """
        views = self.views(inputs, has_halves, training=training)
        first, second = tf.split(encode(tf.concat(views, axis=0)), 2)
        return self.alignment((first, second), owners, valid)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "noise_stddev": self.views.noise_stddev,
            "feature_dropout": self.views.feature_dropout,
            "temperature": self.alignment.initial_temperature,
            "learnable_temperature": self.alignment.learnable,
            "seed": self.views.seed,
        }
