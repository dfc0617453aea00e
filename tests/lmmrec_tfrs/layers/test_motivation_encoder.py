"""The textual motivation encoder."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import EmaTeacher, TextualMotivationEncoder
from tests import contracts


@pytest.mark.parametrize("hidden_multiple", [0, 2])
def test_motivation_encoder_shapes_and_round_trip(hidden_multiple: int):
    generator = np.random.default_rng(0)
    weights = tf.constant(generator.random((5, 3)), tf.float32)
    vectors = tf.constant(generator.normal(size=(5, 7)), tf.float32)
    layer = TextualMotivationEncoder(4, dropout=0.5, hidden_multiple=hidden_multiple, seed=1)
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


def test_by_hand():
    """Weights (0, 2) have mean 1 and deviation 1, vectors (3, 7) mean 5 and deviation 2."""
    layer = TextualMotivationEncoder(dimension=2, dropout=0.0)
    layer.adapt(np.array([[0.0], [2.0]]), np.array([[3.0], [7.0]]))
    layer.kernel.assign([[2.0, 0.0], [1.0, 1.5]])
    # One deviation in the weight, two in the vector.
    np.testing.assert_allclose(layer([[[2.0]], [[9.0]]]), [[2.0 + 2.0, 3.0]], rtol=1e-5)


def test_half_precision_rounds_what_is_standardised():
    """Means of a thousand deviations would leave nothing in eight bits."""
    values = 1000.0 + np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32)
    layers = [
        TextualMotivationEncoder(2, dropout=0.0, dtype=policy)
        for policy in ("float32", "mixed_bfloat16")
    ]
    for layer in layers:
        layer.adapt(values, np.zeros((200, 0), np.float32))
        layer.kernel.assign([[1.0, 2.0], [-1.0, 0.5]])
    exact, half = (layer([values, tf.zeros([200, 0])]) for layer in layers)
    teacher = EmaTeacher(layers[1], dtype="mixed_bfloat16")
    for rounded in (half, teacher([values, tf.zeros([200, 0])])):
        assert rounded.dtype == tf.bfloat16
        np.testing.assert_allclose(tf.cast(rounded, tf.float32), exact, atol=0.05)


def test_the_hidden_layer_is_added_by_hand():
    """t + gelu(t H) U with H and U the identity: gelu(1) = 1 · Φ(1) = 0.841345."""
    layer = TextualMotivationEncoder(dimension=1, dropout=0.0, hidden_multiple=1)
    layer.build(((None, 1), (None, 0)))
    layer.kernel.assign([[1.0]])
    layer.hidden.kernel.assign([[1.0]])
    layer.update.kernel.assign([[1.0]])
    np.testing.assert_allclose(layer([[[1.0]], tf.zeros([1, 0])]), [[1.841345]], rtol=1e-5)


def test_features_are_dropped_for_the_whole_batch_at_once():
    """With an identity for a kernel each column is kept, and doubled, or dropped."""
    layer = TextualMotivationEncoder(dimension=20, dropout=0.5, seed=1)
    layer.build(((None, 0), (None, 20)))
    layer.kernel.assign(np.eye(20))
    values = layer([tf.zeros([6, 0]), tf.ones([6, 20])], training=True).numpy()
    assert {*values[0].tolist()} == {0.0, 2.0}
    np.testing.assert_array_equal(values, np.tile(values[:1], (6, 1)))


def test_standardized_features_are_encoded_as_the_inputs_they_come_from():
    layer = TextualMotivationEncoder(dimension=4)
    layer.adapt(np.array([[0.0], [2.0]]), np.array([[1.0, 5.0], [3.0, 5.0]]))
    inputs = [tf.constant([[2.0]]), tf.constant([[2.0, 6.0]])]
    standardized = layer.standardize(inputs)
    np.testing.assert_allclose(standardized, [[1.0, 0.0, 1.0]], atol=1e-6)
    np.testing.assert_allclose(layer.encode(standardized), layer(inputs), atol=1e-6)


def test_prototypes_are_the_matrix_that_mixes_the_weights():
    layer = TextualMotivationEncoder(dimension=4)
    with pytest.raises(ValueError, match="built"):
        _ = layer.prototypes
    layer.build(((None, 3), (None, 2)))
    assert layer.prototypes.shape == (3, 4)
    np.testing.assert_array_equal(layer.prototypes, layer.kernel[:3])


def test_works_without_named_motivations():
    layer = TextualMotivationEncoder(dimension=4)
    assert layer([tf.zeros([2, 0]), tf.ones([2, 3])]).shape == (2, 4)
    assert layer.prototypes.shape == (0, 4)


def test_trains_under_xla():
    layer = TextualMotivationEncoder(dimension=4, dropout=0.5, hidden_multiple=2, seed=0)
    inputs = [tf.ones([3, 2]), tf.ones([3, 5])]
    layer(inputs)

    @tf.function(jit_compile=True)
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(inputs, training=True))
        return tape.gradient(loss, layer.trainable_variables)

    assert all(np.isfinite(gradient).all() for gradient in step())
    assert len(layer.trainable_variables) == 5


def test_encodes_in_the_compute_type_under_mixed_precision():
    layer = TextualMotivationEncoder(dimension=4, dtype="mixed_bfloat16")
    inputs = [tf.ones([3, 2]), tf.ones([3, 5])]
    assert layer(inputs).dtype == tf.bfloat16
    assert layer.encode(layer.standardize(inputs)).dtype == tf.bfloat16
    assert layer.kernel.dtype == tf.float32


@pytest.mark.parametrize("num_motivations", [0, 3])
def test_a_prototypes_embedding_is_that_of_its_motivation_alone(num_motivations: int):
    """One deviation of it and none of all else."""
    layer = TextualMotivationEncoder(dimension=4)
    generator = np.random.default_rng(0)
    layer.adapt(generator.random((9, num_motivations)), generator.random((9, 2)))
    embeddings = tf.function(layer.prototype_embeddings)()
    assert embeddings.shape == (num_motivations, 4)
    for motivation in range(num_motivations):
        alone = layer.input_mean.numpy()
        alone[motivation] += layer.input_scale.numpy()[motivation]
        parts = [alone[np.newaxis, :num_motivations], alone[np.newaxis, num_motivations:]]
        np.testing.assert_allclose(embeddings[motivation], layer(parts)[0], atol=1e-5)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_prototypes_pass_the_hidden_layer_in_half_precision(policy: str):
    layer = TextualMotivationEncoder(dimension=2, hidden_multiple=1, dtype=policy)
    layer.build(((None, 3), (None, 1)))
    embeddings = layer.prototype_embeddings()
    assert embeddings.shape == (3, 2)
    assert embeddings.dtype == layer.compute_dtype


def test_features_that_hardly_vary_overflow_in_no_precision():
    """The kernel over a deviation of 2e-5 would be 500,000: more than float16 holds."""
    layer = TextualMotivationEncoder(dimension=1, dropout=0.0, dtype="mixed_float16")
    weights = np.array([[0.0], [4e-5]], np.float32)
    layer.adapt(weights, np.zeros((2, 0), np.float32))
    layer.kernel.assign([[10.0]])
    np.testing.assert_allclose(layer([weights, np.zeros((2, 0))]), [[-10.0], [10.0]], rtol=1e-2)


def test_refuses_inputs_that_are_not_two_of_the_same_owners():
    with pytest.raises(ValueError, match="expected two inputs"):
        TextualMotivationEncoder(dimension=2)(tf.ones([3, 2]))
    with pytest.raises(ValueError, match="3 and 2 rows"):
        TextualMotivationEncoder(dimension=2).adapt(np.ones((3, 1)), np.ones((2, 1)))
