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


def test_vocabulary_stays_out_of_the_config_and_returns_from_the_asset(tmp_path):
    layer = _layer()
    assert "ann" not in str(layer.get_config())
    layer.save_assets(str(tmp_path))
    rebuilt = OwnerFeatures.from_config(layer.get_config())
    rebuilt.build(None)
    rebuilt.load_assets(str(tmp_path))
    rebuilt.set_weights(layer.get_weights())
    assert rebuilt.ids == layer.ids
    ids = tf.constant(["ann", "böb\nx", "?"])
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
