"""The query and candidate towers, and their form with string ids."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.backbones.id_encoder import IdEncoder
from lmmrec_tfrs.layers import OwnerFeatures
from lmmrec_tfrs.towers import (
    CandidateTower,
    IdentifiedTower,
    MotivationSettings,
    OwnerTower,
    QueryTower,
)

DIMENSION = 4
MOTIVATION = MotivationSettings(num_motivations=2, text_dimension=3, dropout=0.0)


def _owners() -> OwnerFeatures:
    generator = np.random.default_rng(5)
    layer = OwnerFeatures(num_owners=4, num_embeddings=3, num_motivations=2, text_dimension=3)
    layer.set_tables(
        ["a", "b", "c", "without interactions"],
        generator.random((4, 2)),
        generator.normal(size=(4, 3)),
        np.array([2, 0, 1, 3]),
        np.array([5, 1, 2, 0]),
    )
    return layer


def _tower(tower_class: type[OwnerTower], **settings) -> OwnerTower:
    encoder = IdEncoder(3, DIMENSION, initial_stddev=0.5)
    encoder.build(None)
    settings = {"motivation": MOTIVATION, **settings}
    tower = tower_class(encoder, num_embeddings=3, dimension=DIMENSION, **settings)
    tower.build(None)
    # The encoder starts close to zero; here it must be seen to matter.
    for variable in tower.trainable_variables:
        variable.assign(np.random.default_rng(1).normal(size=variable.shape))
    return tower


def test_shapes():
    features = _owners()(tf.constant(["a", "b", "?"]))
    assert _tower(QueryTower)(features).shape == (3, DIMENSION)
    embedding, bias = _tower(CandidateTower)(features)
    assert embedding.shape == (3, DIMENSION)
    assert bias.shape == (3, 1)


def test_score_is_the_dot_product_plus_the_item_bias():
    owners = _owners()
    users = IdentifiedTower(owners, _tower(QueryTower))
    items = IdentifiedTower(owners, _tower(CandidateTower))
    items.tower.set_item_bias(np.array([0.5, -1.0, 2.0, 7.0]))
    user_ids, item_ids = tf.constant(["a", "?"]), tf.constant(["c", "without interactions"])
    folded = tf.matmul(users(user_ids), items(item_ids), transpose_b=True)
    query = users.tower(owners(user_ids))
    embedding, bias = items.tower(owners(item_ids))
    # The article without interactions has the out-of-vocabulary row's bias and its text's.
    textual = items.tower.encode(owners(item_ids)).textual
    from_text = items.tower.text_bias(textual)[1, 0]
    np.testing.assert_allclose(bias[:, 0], [2.0, 7.0 + from_text], rtol=1e-5)
    plain = tf.matmul(query, embedding, transpose_b=True) + bias[:, 0]
    np.testing.assert_allclose(folded, plain, rtol=1e-4, atol=1e-4)


def test_id_dropout_makes_a_known_owner_cold():
    """With every id dropped, ids differ by their text alone, and so do their biases."""
    tower = _tower(CandidateTower, id_dropout=1.0)
    tower.set_item_bias(np.array([0.5, -1.0, 2.0, 7.0]))
    features = _owners()(tf.constant(["a", "b"]))
    trained = tower.encode(features, training=True)
    # The unknown item's bias, and what the text of the first adds to it; the second has none.
    from_text = tower.text_bias(trained.textual)[0, 0]
    np.testing.assert_allclose(trained.bias, [7.0 + from_text, 7.0], rtol=1e-5)
    np.testing.assert_array_equal(trained.has_behaviour, [False, False])
    np.testing.assert_array_equal(trained.interaction[0], tower.encoder.embedding.table[3])
    # As it will be when the owner really is unknown: no index and no interactions.
    cold = {
        **features,
        "embedding_index": tf.constant([3, 3], tf.int64),
        "interaction_count": tf.zeros(2),
    }
    np.testing.assert_allclose(
        trained.embedding, tower.encode(cold, training=False).embedding, rtol=1e-5
    )
    assert np.abs(trained.embedding - tower(features, training=False)[0]).max() > 1e-3


def test_where_there_are_histories_they_are_the_behaviour():
    """A known user's first item is foretold from an empty history."""
    features = _owners()(tf.constant(["a", "b"]))
    history = tf.constant([[-1, -1], [-1, 2]], tf.int64)
    output = _tower(QueryTower).encode({**features, "history": history})
    np.testing.assert_array_equal(output.has_behaviour, [False, True])
    assert not output.inferred[0].numpy().any()


def test_text_moves_only_owners_that_have_any():
    tower = _tower(QueryTower, motivation=dataclasses.replace(MOTIVATION, inferred=False))
    features = _owners()(tf.constant(["a", "b"]))
    output = tower.encode(features)
    np.testing.assert_array_equal(output.has_text, [True, False])
    assert np.abs(output.embedding[0] - output.interaction[0]).max() > 1e-3
    np.testing.assert_allclose(output.embedding[1], output.interaction[1])


def test_motivations_are_inferred_from_behaviour_by_the_prototypes_of_the_named_ones():
    tower = _tower(QueryTower)
    output = tower.encode(_owners()(tf.constant(["b", "?"])))
    # Neither has text: what moves the first is inferred, and the second shows no behaviour.
    expected, _ = tower.interaction_encoder(
        [output.interaction, tower.textual_encoder.prototype_embeddings()]
    )
    np.testing.assert_allclose(output.inferred[0], expected[0], rtol=1e-5)
    assert np.abs(output.embedding[0] - output.interaction[0]).max() > 1e-3
    np.testing.assert_array_equal(output.inferred[1], np.zeros(DIMENSION))
    np.testing.assert_allclose(output.embedding[1], output.interaction[1])


def test_text_dropout_and_a_tower_without_text_leave_the_interaction_side():
    features = _owners()(tf.constant(["a"]))
    plain = dataclasses.replace(MOTIVATION, inferred=False)
    dropped = _tower(QueryTower, motivation=plain, text_dropout=1.0).encode(features, training=True)
    np.testing.assert_allclose(dropped.embedding, dropped.interaction)
    without = _tower(QueryTower, motivation=None)
    np.testing.assert_allclose(without(features), without.encode(features).interaction)
    assert len(without.trainable_variables) == 1


@pytest.mark.parametrize("tower_class", [QueryTower, CandidateTower])
@pytest.mark.parametrize("motivation", [MOTIVATION, None], ids=["text", "no text"])
def test_saves_and_loads(tower_class: type[OwnerTower], motivation, tmp_path):
    tower = _tower(tower_class, motivation=motivation, id_dropout=0.2)
    model = IdentifiedTower(_owners(), tower)
    ids = tf.constant(["a", "b", "without interactions", "?"])
    expected = model(ids)
    path = tmp_path / "tower.keras"
    model.save(path)
    loaded = tf.keras.models.load_model(path)
    np.testing.assert_allclose(loaded(ids), expected, rtol=1e-6)
    assert loaded.tower.get_config() == tower.get_config()
