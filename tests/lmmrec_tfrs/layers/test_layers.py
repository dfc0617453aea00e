"""Id embeddings and row dropout."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import IdEmbedding, RowDropout
from tests import contracts


def test_id_embedding_has_a_row_for_unknown_ids():
    layer = IdEmbedding(num_ids=3, dimension=2)
    layer(tf.constant([0]))
    layer.set_weights([np.arange(8.0).reshape(4, 2)])
    np.testing.assert_array_equal(layer(tf.constant([3, 0])), [[6.0, 7.0], [0.0, 1.0]])
    contracts.check_layer_round_trip(layer, lambda it: it(tf.constant([1, 3])))


def test_row_dropout_drops_about_its_rate_in_training_only():
    layer = RowDropout(rate=0.25, seed=3)
    rows = tf.zeros([4000, 2])
    assert layer(rows, training=True).shape == (4000,)
    assert 0.72 < np.mean(layer(rows, training=True)) < 0.78
    assert np.all(layer(rows, training=False))
    contracts.check_layer_round_trip(RowDropout(rate=0.5), lambda it: it(rows, training=False))


def test_row_dropout_refuses_a_rate_above_one():
    with pytest.raises(ValueError, match=r"1\.5"):
        RowDropout(rate=1.5)
