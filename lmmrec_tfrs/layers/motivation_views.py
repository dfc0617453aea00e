"""Two views of the same owner's motivations."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from lmmrec_tfrs.layers.random_generator import make_generator
from lmmrec_tfrs.layers.seeded_dropout import SeededDropout


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class MotivationViews(tf.keras.layers.Layer):
    """Takes the two halves of an owner's texts as views, or noisy copies where there are none.

    An owner of one text has no halves: both views are then all its features under
    independent Gaussian noise and feature dropout, in training only. Features are
    standardised (`TextualMotivationEncoder.standardize`), so that the noise is in deviations.

    Args:
        noise_stddev: standard deviation of the noise.
        feature_dropout: rate at which features are set to their mean, zero.
        seed: int; None takes one from the global generator.

    Example: the first owner has halves; without noise the second's views are the same.

    >>> features = tf.constant([[1.0], [2.0]]), tf.constant([[3.0], [0.0]]), tf.zeros([2, 1])
    >>> first, second = MotivationViews()(features, tf.constant([True, False]))
    >>> first.numpy().ravel().tolist(), second.numpy().ravel().tolist()
    ([3.0, 2.0], [0.0, 2.0])
    """

    def __init__(
        self,
        noise_stddev: float = 0.1,
        feature_dropout: float = 0.1,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if not noise_stddev >= 0.0:
            raise ValueError(f"expected a noise_stddev of at least 0, received {noise_stddev}.")
        self.noise_stddev = noise_stddev
        self.feature_dropout = feature_dropout
        self.seed = seed
        self.generator = make_generator(seed)
        # Another seed than the noise's, which would otherwise decide what is dropped.
        dropout_seed = None if seed is None else seed + 1
        self.dropout = SeededDropout(
            feature_dropout, dropout_seed, name="dropout", dtype=self.dtype_policy
        )

    def call(
        self, inputs: Sequence[tf.Tensor], has_halves: tf.Tensor, training: bool | None = None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Makes the views of a batch.

        Args:
            inputs: features of all texts, of the first half and of the second half, float32
                `[batch, num_features]` each; the halves are ignored where there are none.
            has_halves: bool `[batch]`.
            training: whether there is noise.

        Returns:
            Two views, float32 `[batch, num_features]` each.
        """
        features, *halves = inputs
        noisy = [features, features]
        if training:
            noisy = tf.split(self._noisy(tf.concat(noisy, axis=0)), 2)
        has_halves = has_halves[:, tf.newaxis]
        first, second = (
            tf.where(has_halves, half, copy) for half, copy in zip(halves, noisy, strict=True)
        )
        return first, second

    def _noisy(self, features: tf.Tensor) -> tf.Tensor:
        if self.noise_stddev:
            noise = self.generator.normal(tf.shape(features), stddev=self.noise_stddev)
            features += tf.cast(noise, features.dtype)
        return self.dropout(features, training=True)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "noise_stddev": self.noise_stddev,
            "feature_dropout": self.feature_dropout,
            "seed": self.seed,
        }
