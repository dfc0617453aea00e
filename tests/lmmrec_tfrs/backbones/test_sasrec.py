"""SASRec: what a query sees, and what it does not."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lmmrec_tfrs.backbones.causal_attention import CausalAttentionBlock
from lmmrec_tfrs.backbones.sasrec import HistoryEncoder, sasrec
from tests import contracts
from tests.lmmrec_tfrs.backbones.features import features_of

NUM_ITEMS = 6
LENGTH = 5


def _encoder(**changes) -> HistoryEncoder:
    settings = {"num_blocks": 2, "num_heads": 2, "initial_stddev": 1.0, **changes}
    tf.keras.utils.set_random_seed(3)
    return HistoryEncoder(NUM_ITEMS, 4, LENGTH, **settings)


ENCODER = _encoder()


def _uncut() -> HistoryEncoder:
    """The same encoder, with the width that XLA needs."""
    encoder = HistoryEncoder.from_config({**ENCODER.get_config(), "skip_padding": False})
    encoder.build(None)
    encoder.set_weights(ENCODER.get_weights())
    return encoder


def _query(encoder: HistoryEncoder, *histories: list[int]) -> np.ndarray:
    return encoder(features_of([0] * len(histories), list(histories))).numpy()


@settings(max_examples=20)
@given(
    history=st.lists(st.integers(0, NUM_ITEMS - 1), min_size=LENGTH, max_size=LENGTH),
    later=st.lists(st.integers(0, NUM_ITEMS - 1), min_size=LENGTH, max_size=LENGTH),
    position=st.integers(1, LENGTH - 1),
)
def test_a_state_knows_nothing_of_later_items(history, later, position):
    changed = history[:position] + later[position:]
    states = ENCODER.states(tf.constant([history, changed], tf.int64))
    np.testing.assert_allclose(states[0, :position], states[1, :position], atol=1e-5)
    if history[position:] != later[position:]:
        assert np.abs(states[0] - states[1]).max() > 1e-4


@pytest.mark.parametrize("num_blocks", [1, 2])
def test_the_query_is_the_state_at_the_last_position(num_blocks):
    encoder = _encoder(num_blocks=num_blocks)
    histories = [[0, 1, 2, 3, 4], [-1, -1, 5, 1, 0], [-1, 3, -1, 4, NUM_ITEMS]]
    states = encoder.states(tf.constant(histories, tf.int64))
    np.testing.assert_allclose(_query(encoder, *histories), states[:, -1], atol=1e-5)


def test_padding_is_not_seen_however_long():
    short, long = _query(ENCODER, [2, 3]), _query(ENCODER, [-1, -1, -1, 2, 3])
    np.testing.assert_allclose(short, long, atol=1e-5)


def test_only_the_latest_items_are_read():
    np.testing.assert_allclose(
        _query(ENCODER, [0, 5, 1, 2, 3, 4, 0]), _query(ENCODER, [1, 2, 3, 4, 0]), atol=1e-5
    )


def test_an_item_without_an_embedding_counts_as_padding():
    known, cold = _query(ENCODER, [-1, 1, 2]), _query(ENCODER, [NUM_ITEMS + 3, 1, 2])
    np.testing.assert_allclose(known, cold, atol=1e-5)


def test_an_empty_history_gives_the_learnt_vector():
    with tf.GradientTape() as tape:
        query = ENCODER(features_of([0, 0], [[-1, -1], [-1, NUM_ITEMS]]))
        loss = tf.reduce_sum(query)
    np.testing.assert_array_equal(query, [ENCODER.empty, ENCODER.empty])
    np.testing.assert_array_equal(tape.gradient(loss, ENCODER.empty), [2.0] * 4)


def test_positions_tell_the_order_and_can_be_left_out():
    assert np.abs(np.subtract(*_query(ENCODER, [1, 2, 3], [2, 1, 3]))).max() > 1e-3
    unordered = _encoder(use_positions=False, num_blocks=1)
    np.testing.assert_allclose(*_query(unordered, [1, 2, 3], [2, 1, 3]), atol=1e-5)


def test_what_short_histories_leave_empty_costs_nothing_and_changes_nothing():
    """Columns that are padding for everybody are cut off."""
    shorter, longer = ([[-1, 2], [3, 1]], [[-1] * 3 + [-1, 2], [-1] * 3 + [3, 1]])
    assert ENCODER._without_padding(tf.constant(longer, tf.int64)).shape == (2, 2)
    assert ENCODER._without_padding(tf.constant([[-1, -1]], tf.int64)).shape == (1, 1)

    np.testing.assert_allclose(_query(_uncut(), *longer), _query(ENCODER, *shorter), atol=1e-5)
    np.testing.assert_allclose(_query(ENCODER, *longer), _query(ENCODER, *shorter), atol=1e-5)


def test_an_untrained_query_is_as_long_as_an_embedding():
    encoder = HistoryEncoder(NUM_ITEMS, 64, LENGTH, initial_stddev=0.05)
    length = np.linalg.norm(_query(encoder, [1, 2, 3]))
    assert length == pytest.approx(0.05 * np.sqrt(64), rel=0.01)


def test_encoders_share_the_table_and_every_weight_is_trained():
    backbone = sasrec(NUM_ITEMS, 4, LENGTH, dropout=0.1)
    users, items = backbone.query_encoder, backbone.candidate_encoder
    with tf.GradientTape() as tape:
        queries = users(features_of([0, 0], [[-1, -1], [1, 2]]), training=True)
        loss = tf.reduce_sum(queries * items(features_of([0, NUM_ITEMS])))
    assert users.item_embedding.table is items.embedding.table
    gradients = tape.gradient(loss, users.trainable_variables)
    assert all(gradient is not None for gradient in gradients)


def test_round_trips_and_xla():
    features = features_of([0, 0], [[1, 2, 3], [-1, -1, -1]])
    contracts.check_layer_round_trip(_encoder(dropout=0.2), lambda it: it(features))
    block = CausalAttentionBlock(4, num_heads=2, dropout=0.1)
    states, valid = tf.random.normal([2, 3, 4], seed=1), tf.ones([2, 3], tf.bool)
    contracts.check_layer_round_trip(block, lambda it: it(states, valid=valid))
    compiled = tf.function(_uncut(), jit_compile=True)(features)
    np.testing.assert_allclose(compiled, ENCODER(features), atol=1e-5)


def test_half_precision_stays_finite():
    before = tf.keras.mixed_precision.global_policy()
    tf.keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        query = _encoder()(features_of([0, 0], [[-1, -1], [1, 2]]))
    finally:
        tf.keras.mixed_precision.set_global_policy(before)
    assert query.dtype == tf.float32
    assert np.isfinite(query).all()


def test_refuses_features_without_histories_and_heads_that_do_not_divide():
    with pytest.raises(ValueError, match="with_histories"):
        ENCODER(features_of([0]))
    with pytest.raises(ValueError, match="divides the dimension 4"):
        _encoder(num_heads=3)
