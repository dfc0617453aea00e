"""The MLP two-tower."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.backbones.mlp import MlpEncoder, mlp
from tests import contracts
from tests.lmmrec_tfrs.backbones.features import features_of


def test_adds_what_the_features_say_to_the_embedding_by_hand():
    encoder = MlpEncoder(num_ids=1, dimension=2, num_attributes=1, hidden_units=())
    encoder.build(None)
    encoder.embedding.table.assign([[1.0, 2.0], [3.0, 4.0]])
    # Rows of the kernel: both embedding columns, the attribute, the logarithm of the count.
    encoder.projection.kernel.assign([[0.0, 1.0], [0.0, 0.0], [10.0, 0.0], [0.0, 100.0]])
    features = {**features_of([1]), "attributes": tf.constant([[0.5]])}
    features["interaction_count"] = tf.constant([np.e - 1.0], tf.float32)
    np.testing.assert_allclose(encoder(features), [[3 + 5, 4 + 3 + 100]], rtol=1e-6)


def test_every_weight_is_trained_and_dropout_is_off_outside_of_training():
    encoder = MlpEncoder(4, 8, num_attributes=3, hidden_units=(6, 5), dropout=0.5)
    features = features_of([0, 1, 4], num_attributes=3)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(encoder(features, training=True)))
    variables = encoder.trainable_variables
    assert len(variables) == 1 + 2 * 3
    assert all(gradient is not None for gradient in tape.gradient(loss, variables))
    np.testing.assert_array_equal(encoder(features), encoder(features))


def test_round_trip_and_counts_beyond_half_precision():
    encoder = MlpEncoder(4, 8, num_attributes=3, hidden_units=[6], dropout=0.1)
    features = features_of([0, 4], num_attributes=3)
    contracts.check_layer_round_trip(encoder, lambda it: it(features))
    half = MlpEncoder(4, 8, num_attributes=3, hidden_units=[6], dtype="mixed_float16")
    output = half({**features, "interaction_count": tf.constant([1e6, 0.0])})
    assert output.dtype == tf.float32
    assert np.isfinite(output).all()


def test_the_towers_differ_in_their_attributes():
    backbone = mlp(3, 4, 8, num_user_attributes=0, num_item_attributes=5)
    assert backbone.query_encoder(features_of([3])).shape == (1, 8)
    assert backbone.candidate_encoder(features_of([4], num_attributes=5)).shape == (1, 8)
