"""The table of halves."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers import TextHalves
from tests import contracts


def test_looks_up_both_halves_and_who_has_them():
    layer = TextHalves(num_owners=2, num_motivations=1, text_dimension=2)
    weights = np.arange(4.0).reshape(2, 2, 1)
    vectors = np.arange(8.0).reshape(2, 2, 2)
    layer.set_tables(weights, vectors, np.array([True, False]))
    first, second, has_halves = layer(tf.constant([1, 0]))
    np.testing.assert_array_equal(first[0], [[2.0], [0.0]])
    np.testing.assert_array_equal(second[0], [[3.0], [1.0]])
    np.testing.assert_array_equal(first[1], [[4.0, 5.0], [0.0, 1.0]])
    np.testing.assert_array_equal(second[1], [[6.0, 7.0], [2.0, 3.0]])
    np.testing.assert_array_equal(has_halves, [False, True])
    contracts.check_layer_round_trip(layer, lambda made: made(tf.constant([0, 1])))
