"""The tables of users and items."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import OwnerFeatures


def _layer() -> OwnerFeatures:
    layer = OwnerFeatures(num_owners=3, num_embeddings=2, num_motivations=2, text_dimension=1)
    layer.set_tables(
        ["ann", "böb\nx", "new article"],
        np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]),
        np.array([[1.0], [2.0], [3.0]]),
        np.array([1, 0, 4]),
        np.array([7, 8, 0]),
    )
    return layer


def test_features_of_known_unseen_and_cold_owners():
    features = _layer()(tf.constant(["böb\nx", "new article", "nobody"]))
    # The article without interactions and the stranger share the out-of-vocabulary embedding.
    np.testing.assert_array_equal(features["embedding_index"], [1, 2, 2])
    np.testing.assert_allclose(
        features["motivation_weights"], [[0.3, 0.4], [0.5, 0.6], [0.0, 0.0]], rtol=1e-6
    )
    np.testing.assert_array_equal(features["text_vector"], [[2.0], [3.0], [0.0]])
    np.testing.assert_array_equal(features["text_count"], [0, 4, 0])
    np.testing.assert_array_equal(features["interaction_count"], [8, 0, 0])
    np.testing.assert_array_equal(features["known"], [True, True, False])


def test_tables_are_not_trained():
    layer = _layer()
    assert not layer.trainable_variables
    assert len(layer.variables) == 4


@pytest.mark.parametrize("histories", [False, True])
def test_vocabulary_stays_out_of_the_config_and_returns_from_the_asset(tmp_path, histories: bool):
    layer = _layer_with_histories() if histories else _layer()
    assert "ann" not in str(layer.get_config())
    layer.save_assets(str(tmp_path))
    rebuilt = OwnerFeatures.from_config(layer.get_config())
    rebuilt.build(None)
    rebuilt.load_assets(str(tmp_path))
    rebuilt.set_weights(layer.get_weights())
    assert rebuilt.ids == layer.ids
    ids = tf.constant(["ann", "böb\nx", "bob", "?"])
    tf.nest.map_structure(np.testing.assert_array_equal, rebuilt(ids), layer(ids))


def test_refuses_repeated_ids_and_wrong_shapes():
    layer = OwnerFeatures(num_owners=2, num_embeddings=2, num_motivations=1, text_dimension=1)
    tables = [np.zeros((2, 1)), np.zeros((2, 1)), np.zeros(2), np.zeros(2)]
    with pytest.raises(ValueError, match="distinct"):
        layer.set_tables(["a", "a"], *tables)
    with pytest.raises(ValueError, match=r"\(2, 1\)"):
        layer.set_tables(["a", "b"], np.zeros((2, 5)), *tables[1:])


def test_lookup_before_the_tables_are_filled_says_so():
    layer = OwnerFeatures(num_owners=1, num_embeddings=1, num_motivations=1, text_dimension=1)
    with pytest.raises(ValueError, match="set_tables"):
        layer.rows_of(tf.constant(["a"]))


def _layer_with_histories() -> OwnerFeatures:
    layer = OwnerFeatures(
        num_owners=2,
        num_embeddings=2,
        num_motivations=1,
        text_dimension=1,
        num_attributes=3,
        history_length=2,
        num_history_items=4,
        leave_one_out=True,
    )
    attributes = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, -0.5]])
    columns = [np.zeros((2, 1)), np.zeros((2, 1)), np.zeros(2), np.array([1, 3])]
    layer.set_tables(["ann", "bob"], *columns, attributes)
    layer.set_histories(np.array([5, 6, 7, 8]), np.array([0, 1, 4]))
    return layer


def test_attributes_and_histories_of_owners():
    features = _layer_with_histories()(tf.constant(["bob", "ann", "nobody"]))
    np.testing.assert_array_equal(
        features["attributes"], [[0.0, 1.0, -0.5], [1.0, 0.0, 0.5], [0.0, 0.0, 0.0]]
    )
    assert features["history"].dtype == tf.int64
    np.testing.assert_array_equal(features["history"], [[7, 8], [-1, 5], [-1, -1]])


def test_left_one_out_a_pair_sees_the_others_in_their_order():
    """An order that depends on the pair's item would give it away."""
    layer = _layer_with_histories()
    rows, before = tf.constant([1, 1, 1, 0], tf.int64), tf.constant([0, 1, 2, 0], tf.int64)
    history = layer.features_of(rows, before)["history"]
    np.testing.assert_array_equal(history, [[7, 8], [6, 8], [6, 7], [-1, -1]])


def test_a_pair_does_not_count_what_it_must_not_see():
    layer = _layer_with_histories()
    rows, before = tf.constant([1, 1, 0], tf.int64), tf.constant([1, 3, 0], tf.int64)
    count = "interaction_count"
    # The second pair's item is none of the history: it was held out, and may see all of it.
    np.testing.assert_array_equal(layer.features_of(rows, before)[count], [2, 3, 0])
    np.testing.assert_array_equal(layer.features_of(rows)[count], [3, 3, 1])
    layer.leave_one_out = False
    np.testing.assert_array_equal(layer.features_of(rows, before)[count], [1, 3, 0])


def test_left_one_out_a_held_out_pair_sees_all():
    layer = OwnerFeatures(1, 1, 0, 0, history_length=4, num_history_items=3, leave_one_out=True)
    layer.set_histories(np.array([6, 7, 8]), np.array([0, 3]))
    history = layer.features_of(tf.constant([0], tf.int64), tf.constant([3], tf.int64))["history"]
    np.testing.assert_array_equal(history, [[-1, 6, 7, 8]])


def test_without_attributes_and_histories_their_width_is_zero():
    features = _layer()(tf.constant(["ann", "nobody"]))
    assert features["attributes"].shape == features["history"].shape == (2, 0)


def test_refuses_histories_of_another_size():
    layer = _layer_with_histories()
    with pytest.raises(ValueError, match="4 items and 3 offsets"):
        layer.set_histories(np.array([5]), np.array([0, 1, 1]))
    with pytest.raises(ValueError, match="history_length"):
        _layer().set_histories(np.array([5]), np.array([0, 1, 1]))
    with pytest.raises(ValueError, match="at least one item"):
        OwnerFeatures(1, 1, 1, 1, history_length=3)
