"""LightGCN's propagation against a dense computation."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lmmrec_tfrs.layers import GraphConvolution
from tests import contracts

EDGES = np.array([[0, 0], [0, 1], [1, 1], [3, 2]])
KERNELS = ["sparse", "segment"]


def _layer(**settings) -> GraphConvolution:
    layer = GraphConvolution(num_users=4, num_items=3, num_edges=len(EDGES), **settings)
    # In any order: the layer sorts them.
    layer.set_edges(EDGES[::-1])
    return layer


def _tables(num_users: int = 4, num_items: int = 3, seed: int = 0) -> tuple[tf.Tensor, tf.Tensor]:
    generator = np.random.default_rng(seed)
    return tuple(
        tf.constant(generator.normal(size=(size + 1, 2)), tf.float32)
        for size in (num_users, num_items)
    )


def _dense(edges: np.ndarray, num_users: int, num_items: int, num_layers: int) -> np.ndarray:
    """The whole propagation as one matrix over the users and items that take part."""
    size = num_users + num_items
    adjacency = np.zeros((size, size))
    adjacency[edges[:, 0], num_users + edges[:, 1]] = 1.0
    adjacency += adjacency.T
    degrees = np.maximum(adjacency.sum(axis=1), 1.0)
    adjacency /= np.sqrt(np.outer(degrees, degrees))
    powers = [np.linalg.matrix_power(adjacency, step) for step in range(num_layers + 1)]
    return np.mean(powers, axis=0)


@pytest.mark.parametrize("kernel", KERNELS)
def test_one_layer_by_hand(kernel: str):
    """User 0 (degree 2) has items 0 (degree 1) and 1 (degree 2); the layer averages with E⁽⁰⁾."""
    users, items = _tables()
    propagated = _layer(num_layers=1, kernel=kernel)((users, items))
    expected = (users[0] + items[0] / np.sqrt(2.0) + items[1] / 2.0) / 2.0
    np.testing.assert_allclose(propagated[0][0], expected, rtol=1e-5)
    # User 2 has no edge; the last rows are those of unknown owners.
    np.testing.assert_allclose(propagated[0][2], users[2] / 2.0, rtol=1e-6)
    np.testing.assert_array_equal(propagated[0][4], users[4])
    np.testing.assert_array_equal(propagated[1][3], items[3])


@settings(max_examples=15)
@given(st.integers(0, 100), st.sampled_from([0, 1, 3]), st.sampled_from(KERNELS))
def test_agrees_with_dense_matrices(seed: int, num_layers: int, kernel: str):
    generator = np.random.default_rng(seed)
    num_users, num_items = generator.integers(1, 6, 2)
    edges = np.argwhere(generator.random((num_users, num_items)) < 0.4)
    layer = GraphConvolution(num_users, num_items, len(edges), num_layers, kernel=kernel)
    layer.set_edges(edges)
    users, items = _tables(num_users, num_items, seed)
    propagated = layer((users, items))
    expected = _dense(edges, num_users, num_items, num_layers) @ np.concatenate(
        [users[:-1], items[:-1]]
    )
    np.testing.assert_allclose(propagated[0][:-1], expected[:num_users], atol=1e-5)
    np.testing.assert_allclose(propagated[1][:-1], expected[num_users:], atol=1e-5)


@pytest.mark.parametrize("kernel", KERNELS)
def test_gradient_is_the_transposed_propagation(kernel: str):
    users, items = _tables()
    weights = _tables(seed=1)
    with tf.GradientTape() as tape:
        tape.watch([users, items])
        propagated = _layer(num_layers=2, kernel=kernel)((users, items))
        loss = sum(tf.reduce_sum(w * p) for w, p in zip(weights, propagated, strict=True))
    gradients = tape.gradient(loss, [users, items])
    matrix = _dense(EDGES, 4, 3, 2)
    expected = matrix.T @ np.concatenate([weights[0][:-1], weights[1][:-1]])
    np.testing.assert_allclose(gradients[0][:-1], expected[:4], atol=1e-5)
    np.testing.assert_allclose(gradients[1][:-1], expected[4:], atol=1e-5)
    np.testing.assert_array_equal(gradients[0][-1], weights[0][-1])


def test_edge_dropout_keeps_the_expectation_and_is_off_outside_of_training():
    layer = _layer(num_layers=1, edge_dropout=0.25, seed=3)
    tables = _tables()
    plain = layer(tables)
    np.testing.assert_array_equal(layer(tables, training=False)[0], plain[0])
    step = tf.function(lambda: layer(tables, training=True)[0])
    draws = np.stack([step() for _ in range(2000)])
    assert draws.std(axis=0)[0].max() > 0.01
    np.testing.assert_allclose(draws.mean(axis=0), plain[0], atol=0.05)


@pytest.mark.parametrize("edge_dropout", [0.0, 0.5])
def test_segment_kernel_compiles_with_xla(edge_dropout: float):
    layer = _layer(num_layers=2, kernel="segment", edge_dropout=edge_dropout)
    tables = _tables()

    @tf.function(jit_compile=True)
    def step(users: tf.Tensor, items: tf.Tensor):
        with tf.GradientTape() as tape:
            tape.watch(users)
            loss = tf.reduce_sum(tf.square(layer((users, items), training=True)[0]))
        return loss, tape.gradient(loss, users)

    loss, gradient = step(*tables)
    if not edge_dropout:
        expected = _layer(num_layers=2)(tables)[0]
        assert float(loss) == pytest.approx(float(tf.reduce_sum(tf.square(expected))), rel=1e-5)
    assert gradient.shape == (5, 2)


def test_round_trip_with_the_graph_and_nothing_to_train():
    layer = _layer(num_layers=2, edge_dropout=0.1, kernel="segment", seed=5)
    assert layer.edges.dtype == tf.int64
    assert not layer.trainable_variables
    contracts.check_layer_round_trip(layer, lambda it: it(_tables()))


def test_stays_in_float32_under_mixed_precision():
    layer = GraphConvolution(4, 3, len(EDGES), dtype="mixed_bfloat16")
    layer.set_edges(EDGES)
    assert [table.dtype for table in layer(_tables())] == [tf.float32, tf.float32]
    contracts.check_layer_round_trip(layer, lambda it: it(_tables()))


@pytest.mark.parametrize(
    ("edges", "message"),
    [
        ([[0, 0]], r"\(4, 2\)"),
        ([[0, 0], [0, 1], [1, 1], [4, 2]], "below 4"),
        ([[0, 0], [0, 1], [0, 1], [3, 2]], "1 repeated"),
    ],
)
def test_refuses_edges_that_do_not_fit(edges: list[list[int]], message: str):
    with pytest.raises(ValueError, match=message):
        GraphConvolution(4, 3, num_edges=4).set_edges(np.array(edges))


def test_refuses_unknown_kernels_and_rates():
    with pytest.raises(ValueError, match="dense"):
        GraphConvolution(1, 1, 1, kernel="dense")
    with pytest.raises(ValueError, match=r"1\.0"):
        GraphConvolution(1, 1, 1, edge_dropout=1.0)
