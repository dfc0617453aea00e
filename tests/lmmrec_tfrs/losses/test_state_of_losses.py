"""What losses keep from step to step, in a model that has them in training only."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers import ContrastiveAlignment
from lmmrec_tfrs.losses import CrossBatchNegatives, StreamingFrequency


class _TakesLossesInItsStep(tf.keras.Model):
    """Has nothing but what keeps state of the losses, and calls it in training only."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.alignment = ContrastiveAlignment(learnable=True)
        self.frequency = StreamingFrequency(num_rows=3)
        self.memory = CrossBatchNegatives(capacity=2, dimension=1)

    def call(self, inputs):
        return inputs

    def step(self):
        self.frequency.update(tf.constant([1, 1], tf.int64))
        self.memory.push(tf.ones([1, 1]), tf.ones([1]), tf.constant([2], tf.int64))
        self.alignment.log_scale.assign(0.5)


def test_the_state_of_losses_is_loaded_before_any_step(tmp_path):
    model = _TakesLossesInItsStep()
    model(tf.ones([1]))
    model.step()
    path = str(tmp_path / "model.keras")
    model.save(path)
    with tf.keras.utils.custom_object_scope({"_TakesLossesInItsStep": _TakesLossesInItsStep}):
        loaded = tf.keras.models.load_model(path)
    assert len(loaded.weights) == len(model.weights) == 8
    for before, after in zip(model.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(before, after)
