"""Lining up what is known without reviews, and training on it."""

import dataclasses

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.data import records
from lmmrec_tfrs.layers import TextProjection
from lmmrec_tfrs.training.build import build_model
from lmmrec_tfrs.training.cold_texts import build_cold_texts
from lmmrec_tfrs.training.config import TrainingConfig
from tests.lmmrec_tfrs.training.planted import planted_data


def _motivations(owner: str, cold: records.ColdMotivations | None) -> records.OwnerMotivations:
    weights, vector = np.array([0.5, 0.5], np.float32), np.array([1.0, 0.0], np.float32)
    return records.OwnerMotivations(owner, weights, vector, 4, cold=cold)


CATALOGUE = records.ColdMotivations(
    np.array([0.9, 0.1], np.float32), np.array([0.0, 1.0], np.float32), 1
)


def test_rows_of_owners_with_such_texts_only():
    known = {"a": _motivations("a", None), "b": _motivations("b", CATALOGUE)}
    cold = build_cold_texts(["a", "b", "c"], known)
    np.testing.assert_allclose(cold.weights, [[0, 0], [0.9, 0.1], [0, 0]])
    np.testing.assert_allclose(cold.vectors, [[0, 0], [0, 1], [0, 0]])
    np.testing.assert_array_equal(cold.counts, [0, 1, 0])
    np.testing.assert_array_equal(cold.of(np.array([1, 0])).counts, [1, 0])
    projection = TextProjection(2, 1, damping=0.0)
    projection.adapt(np.array([[1.0, 0.0], [0.0, 1.0]]))
    narrow = cold.projected(projection)
    np.testing.assert_allclose(np.abs(narrow.vectors), [[0], [1], [0]], atol=1e-5)
    assert build_cold_texts(["a"], known) is None


def test_what_loses_its_id_is_placed_without_its_reviews():
    """With every id dropped, a step does not read the reviews of items that have other texts."""
    data = planted_data()
    count = data.items.num_owners
    generator = np.random.default_rng(0)
    weights = generator.random((count, data.items.motivation_weights.shape[1]), np.float32)
    vectors = generator.normal(size=(count, data.items.text_vectors.shape[1])).astype(np.float32)
    cold = {
        owner: dataclasses.replace(
            _motivations(owner, records.ColdMotivations(weights[row], vectors[row], 1)),
        )
        for row, owner in enumerate(data.items.ids)
    }
    items = dataclasses.replace(data.items, cold=build_cold_texts(data.items.ids, cold))
    config = TrainingConfig(
        embedding_dim=4, id_dropout=1.0, text_dropout=0.0, dropout=0.0, loss="full_softmax"
    )
    outputs = []
    for reviewed in (items.motivation_weights, items.motivation_weights[::-1].copy()):
        changed = dataclasses.replace(items, motivation_weights=reviewed)
        tf.keras.utils.set_random_seed(2)
        model = build_model(dataclasses.replace(data, items=changed), config)
        # The standardisation is of all texts, and would otherwise tell the reviews apart.
        encoder = model.candidate_tower.textual_encoder
        encoder.input_mean.assign(tf.zeros_like(encoder.input_mean))
        encoder.input_scale.assign(tf.ones_like(encoder.input_scale))
        rows = tf.range(6, dtype=tf.int64)
        features = {**model.items.features_of(rows), **model.cold_items(rows)}
        outputs.append(
            [
                model.candidate_tower.encode(features, training=training).textual.numpy()
                for training in (True, False)
            ]
        )
    np.testing.assert_allclose(outputs[0][0], outputs[1][0], rtol=1e-5)
    assert np.abs(outputs[0][1] - outputs[1][1]).max() > 1e-4
