"""The attention block, against numbers derived by hand."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.backbones.causal_attention import CausalAttentionBlock


def _uniform_block() -> CausalAttentionBlock:
    """Equal logits everywhere, the normalised states as values, and no pointwise network."""
    block = CausalAttentionBlock(2)
    block.build(None)
    for layer in (block.query, block.key, block.hidden, block.update):
        layer.kernel.assign(tf.zeros([2, 2]))
    block.value.kernel.assign(tf.eye(2))
    return block


def test_a_position_adds_the_mean_of_what_it_sees():
    states = tf.constant([[[1.0, -1.0], [-1.0, 1.0], [2.0, -2.0]]])
    valid = tf.constant([[True, True, True]])
    # Normalised, the states are ±(1, -1).
    expected = [[[2, -2], [-1, 1], [2 + 1 / 3, -2 - 1 / 3]]]
    np.testing.assert_allclose(_uniform_block()(states, valid=valid), expected, atol=1e-2)


def test_padding_has_no_part_and_the_last_position_alone_is_the_same():
    block = _uniform_block()
    states = tf.constant([[[1.0, -1.0], [-1.0, 1.0], [2.0, -2.0]]])
    valid = tf.constant([[True, False, True]])
    output = block(states, valid=valid)
    np.testing.assert_allclose(output[0, 2], [3, -3], atol=1e-2)
    rows, last = tf.zeros(3, tf.int64), tf.constant([2], tf.int64)
    alone = block.last(states[0], rows, valid[0], last)
    np.testing.assert_allclose(alone, output[:, 2], atol=1e-6)
    # What padding is at may as well be left out.
    seen, rows, last = tf.gather(states[0], [0, 2]), rows[:2], tf.constant([1], tf.int64)
    without = block.last(seen, rows, tf.ones(2, tf.bool), last)
    np.testing.assert_allclose(without, output[:, 2], atol=1e-6)


def test_heads_attend_apart():
    block = CausalAttentionBlock(2, num_heads=2)
    block.build(None)
    for layer in (block.hidden, block.update):
        layer.kernel.assign(tf.zeros([2, 2]))
    for layer in (block.query, block.key, block.value):
        layer.kernel.assign(tf.eye(2))
    states = tf.constant([[[1.0, -1.0], [-1.0, 1.0]]])
    output = block(states, valid=tf.ones([1, 2], tf.bool))[0, 1]
    # One column a head: the query and keys -1 and 1, so logits -1 and 1 in both.
    own = 1 / (1 + np.exp(-2))
    np.testing.assert_allclose(output, [-1 - own + (1 - own), 1 + own - (1 - own)], atol=1e-2)
