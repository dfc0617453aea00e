"""LightGCN, against numbers derived by hand."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.backbones.backbone import Towers, encoder_for_serving
from lmmrec_tfrs.backbones.lightgcn import lightgcn
from tests import contracts
from tests.lmmrec_tfrs.backbones.features import features_of

# User 0 had both items, user 1 the first; the repetition counts once.
PAIRS = np.array([[0, 0], [0, 1], [1, 0], [0, 0]])
USERS = np.array([[1.0], [2.0], [9.0]], np.float32)
ITEMS = np.array([[4.0], [6.0], [8.0]], np.float32)


def _backbone(**settings) -> Towers:
    backbone = lightgcn(2, 2, 1, PAIRS, **settings)
    tables = backbone.query_encoder.tables
    tables.build(None)
    tables.user_embedding.table.assign(USERS)
    tables.item_embedding.table.assign(ITEMS)
    return backbone


def test_one_layer_by_hand():
    """Degrees: user 0 and item 0 have two neighbours, user 1 and item 1 one."""
    backbone = _backbone(num_layers=1)
    root = np.sqrt(2.0)
    users = backbone.query_encoder(features_of([0, 1, 2]))
    np.testing.assert_allclose(
        users, [[(1 + 4 / 2 + 6 / root) / 2], [(2 + 4 / root) / 2], [9]], rtol=1e-6
    )
    items = backbone.candidate_encoder(features_of([0, 1, 2]))
    np.testing.assert_allclose(
        items, [[(4 + 1 / 2 + 2 / root) / 2], [(6 + 1 / root) / 2], [8]], rtol=1e-6
    )


def test_both_sides_train_both_tables_through_the_graph():
    backbone = _backbone(num_layers=2)
    tables = backbone.query_encoder.tables
    variables = [tables.user_embedding.table, tables.item_embedding.table]
    with tf.GradientTape() as tape:
        score = tf.reduce_sum(backbone.query_encoder(features_of([1])))
    gradients = [tf.convert_to_tensor(g).numpy() for g in tape.gradient(score, variables)]
    # User 1 reaches user 0 over item 0, and in one step only item 0.
    assert (gradients[0][:2] > 0).all()
    np.testing.assert_array_equal(gradients[1] > 0, [[True], [False], [False]])
    names = [variable.name for variable in backbone.query_encoder.trainable_variables]
    assert len(names) == 2


def test_shared_tables_give_the_same_as_tables_of_each_side():
    backbone = _backbone(num_layers=2)
    shared = backbone.shared_features(False)
    for encoder in (backbone.query_encoder, backbone.candidate_encoder):
        features = features_of([0, 1, 2])
        np.testing.assert_array_equal(encoder({**features, **shared}), encoder(features))
    # They are what is used, and not computed again.
    doubled = {name: (2 * users, 2 * items) for name, (users, items) in shared.items()}
    np.testing.assert_allclose(
        backbone.query_encoder({**features, **doubled}),
        2 * backbone.query_encoder(features),
    )


def test_serves_from_a_table_without_the_graph():
    backbone = _backbone(num_layers=2, edge_dropout=0.5)
    for encoder in (backbone.query_encoder, backbone.candidate_encoder):
        served = encoder_for_serving(encoder)
        np.testing.assert_allclose(
            served(features_of([0, 1, 2])), encoder(features_of([0, 1, 2])), rtol=1e-6
        )
        assert len(served.variables) == 1
        assert encoder_for_serving(served) is served


def test_round_trip_with_the_graph():
    encoder = _backbone(num_layers=2).candidate_encoder
    contracts.check_layer_round_trip(encoder, lambda it: it(features_of([0, 2])))
