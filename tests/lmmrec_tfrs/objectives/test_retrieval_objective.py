"""The retrieval loss and where its candidates come from."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import OwnerFeatures
from lmmrec_tfrs.objectives import RetrievalObjective
from lmmrec_tfrs.towers import TowerOutput

COUNTS = np.array([6, 3, 1, 0])


def _items() -> OwnerFeatures:
    layer = OwnerFeatures(num_owners=4, num_embeddings=3, num_motivations=0, text_dimension=0)
    zeros = np.zeros((4, 0))
    layer.set_tables(["a", "b", "c", "d"], zeros, zeros, np.zeros(4), COUNTS)
    return layer


def _encode(rows: tf.Tensor) -> TowerOutput:
    """Places an item at its row, on one axis; no bias."""
    place = tf.cast(rows, tf.float32)[:, tf.newaxis]
    nothing, no = tf.zeros_like(place), tf.zeros(tf.shape(place)[0], tf.bool)
    return TowerOutput(place, place, nothing, nothing, nothing[:, 0], no, no)


def test_full_softmax_by_hand():
    """The scores of a user at 1 are the places 0, 1 and 2; nobody had the fourth item."""
    objective = RetrievalObjective(1, "full_softmax", temperature=2.0)
    loss, candidates, positions = objective(
        tf.constant([[1.0]]), tf.constant([2]), _items(), _encode
    )
    places = np.arange(3) / 2.0
    assert float(loss) == pytest.approx(np.log(np.exp(places).sum()) - 1.0, rel=1e-5)
    np.testing.assert_array_equal(tf.gather(candidates.embedding, positions), [[2.0]])


def test_in_batch_softmax_by_hand():
    """Two pairs: logits are scores minus log(2 · share), the shares 0.6 and 0.1."""
    objective = RetrievalObjective(1)
    query = tf.constant([[1.0], [0.0]])
    loss, candidates, positions = objective(query, tf.constant([0, 2]), _items(), _encode)
    corrected = np.array([[0.0, 2.0], [0.0, 0.0]]) - np.log(2 * np.array([0.6, 0.1]))
    losses = np.log(np.exp(corrected).sum(axis=1)) - corrected[[0, 1], [0, 1]]
    assert float(loss) == pytest.approx(losses.mean(), rel=1e-5)
    np.testing.assert_array_equal(tf.gather(candidates.embedding, positions), [[0.0], [2.0]])


def test_remembered_candidates_join_after_their_batch():
    objective = RetrievalObjective(1, num_cross_batch_negatives=2)
    query, rows = tf.constant([[1.0]]), tf.constant([1], tf.int64)
    first, _, _ = objective(query, rows, _items(), _encode, training=True)
    assert float(first) == pytest.approx(0.0, abs=1e-6)  # alone in its batch
    second, _, _ = objective(query, tf.constant([2], tf.int64), _items(), _encode, training=True)
    # The item at 1, met in the first batch, is a negative now; two were drawn by frequency.
    corrected = np.array([2.0, 1.0]) - np.log(2 * np.array([0.1, 0.3]))
    assert float(second) == pytest.approx(np.log(np.exp(corrected).sum()) - corrected[0], rel=1e-5)


def test_outside_of_training_nothing_is_remembered():
    objective = RetrievalObjective(1, num_cross_batch_negatives=2, frequency_estimate="streaming")
    objective(tf.constant([[1.0]]), tf.constant([0], tf.int64), _items(), _encode)
    assert int(objective.memory.candidates().count) == 0
    assert int(objective.streaming_frequency.step) == 0
