"""Id embeddings, row dropout, the motivation encoder and the gated fusion."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import (
    GatedMotivationFusion,
    IdEmbedding,
    RowDropout,
    TextualMotivationEncoder,
)
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


def test_motivation_encoder_shapes_and_round_trip():
    generator = np.random.default_rng(0)
    weights = tf.constant(generator.random((5, 3)), tf.float32)
    vectors = tf.constant(generator.normal(size=(5, 7)), tf.float32)
    layer = TextualMotivationEncoder(dimension=4, dropout=0.5)
    layer.adapt(weights.numpy(), vectors.numpy())
    assert layer([weights, vectors]).shape == (5, 4)
    contracts.check_layer_round_trip(layer, lambda it: it([weights, vectors], training=False))


def test_motivation_encoder_adapts_to_its_inputs():
    """Shifting and scaling all inputs changes nothing once the layer is adapted to them."""
    generator = np.random.default_rng(0)
    weights = generator.random((50, 3)).astype(np.float32)
    vectors = generator.normal(size=(50, 7)).astype(np.float32)
    layer = TextualMotivationEncoder(dimension=4)
    layer.adapt(weights, vectors)
    expected = layer([weights, vectors])
    layer.adapt(2.0 * weights + 1.0, 10.0 * vectors + 5.0)
    np.testing.assert_allclose(
        layer([2.0 * weights + 1.0, 10.0 * vectors + 5.0]), expected, atol=1e-4
    )
    assert np.abs(layer([weights, vectors]) - expected).max() > 1e-3


def test_motivation_encoder_leaves_constant_columns_finite():
    layer = TextualMotivationEncoder(dimension=4)
    layer.adapt(np.ones((6, 3), np.float32), np.zeros((6, 2), np.float32))
    assert np.isfinite(layer([tf.ones([1, 3]), tf.zeros([1, 2])])).all()


def _fusion_inputs() -> list[tf.Tensor]:
    embedding = tf.constant([[1.0, 2.0], [1.0, 2.0]])
    motivation = tf.constant([[4.0, 8.0], [4.0, 8.0]])
    return [embedding, motivation, tf.constant([3.0, 3.0]), tf.constant([2.0, 0.0])]


def test_gated_fusion_by_hand():
    """With zero weights the gate is σ(0) = 1/2; the second row has no text."""
    layer = GatedMotivationFusion()
    layer(_fusion_inputs())
    layer.set_weights([np.zeros_like(w) for w in layer.get_weights()])
    np.testing.assert_allclose(layer(_fusion_inputs()), [[3.0, 6.0], [1.0, 2.0]])


def test_gate_sees_how_much_behaviour_there_is():
    """Only the weight of log(1 + interactions) is set: g = σ(-log 4) = 1/5 at 3 interactions."""
    layer = GatedMotivationFusion()
    layer(_fusion_inputs())
    kernel, bias = layer.get_weights()
    assert kernel.shape == (6, 2)
    kernel[:] = 0.0
    kernel[4] = -1.0
    layer.set_weights([kernel, np.zeros_like(bias)])
    np.testing.assert_allclose(layer(_fusion_inputs())[0], [1.0 + 0.8, 2.0 + 1.6], rtol=1e-6)
    contracts.check_layer_round_trip(layer, lambda it: it(_fusion_inputs()))
