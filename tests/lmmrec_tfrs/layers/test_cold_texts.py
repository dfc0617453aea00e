"""The table of what is known without reviews."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers import ColdTexts
from tests import contracts


def test_looks_up_what_is_known_without_reviews():
    layer = ColdTexts(num_owners=2, num_motivations=2, text_dimension=1)
    layer.set_tables(np.array([[0.25, 0.75], [0, 0]]), np.array([[2.0], [0.0]]), np.array([3, 0]))
    features = layer(tf.constant([1, 0]))
    np.testing.assert_array_equal(features["cold_motivation_weights"], [[0, 0], [0.25, 0.75]])
    np.testing.assert_array_equal(features["cold_text_vector"], [[0.0], [2.0]])
    np.testing.assert_array_equal(features["cold_text_count"], [0.0, 3.0])
    contracts.check_layer_round_trip(layer, lambda made: made(tf.constant([0, 1])))
