"""Matrix factorisation, against numbers derived by hand."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.backbones.id_encoder import IdEncoder
from lmmrec_tfrs.backbones.matrix_factorization import matrix_factorization
from tests import contracts
from tests.lmmrec_tfrs.backbones.features import features_of


def test_a_step_moves_the_two_rows_of_a_pair_by_hand():
    backbone = matrix_factorization(num_users=2, num_items=1, dimension=2)
    users, items = backbone.query_encoder, backbone.candidate_encoder
    users.build(None)
    items.build(None)
    users.embedding.table.assign([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    items.embedding.table.assign([[0.5, -1.0], [7.0, 8.0]])
    with tf.GradientTape() as tape:
        score = tf.reduce_sum(users(features_of([1])) * items(features_of([0])))
    assert float(score) == 3.0 * 0.5 - 4.0
    variables = [users.embedding.table, items.embedding.table]
    optimizer = tf.keras.optimizers.SGD(0.1)
    optimizer.apply_gradients(zip(tape.gradient(score, variables), variables, strict=True))
    # Each row moves against the other: 0.1 times it.
    np.testing.assert_allclose(variables[0], [[1, 2], [2.95, 4.1], [5, 6]], rtol=1e-6)
    np.testing.assert_allclose(variables[1], [[0.2, -1.4], [7, 8]], rtol=1e-6)


def test_the_index_past_the_ids_is_the_out_of_vocabulary_row():
    encoder = IdEncoder(num_ids=2, dimension=3)
    np.testing.assert_array_equal(encoder(features_of([2]))[0], encoder.embedding.table[-1])
    assert encoder(features_of([0, 2])).dtype == tf.float32


def test_round_trip():
    encoder = IdEncoder(num_ids=2, dimension=3, initial_stddev=0.1)
    contracts.check_layer_round_trip(encoder, lambda it: it(features_of([0, 2])))
