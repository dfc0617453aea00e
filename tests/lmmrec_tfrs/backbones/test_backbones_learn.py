"""Every backbone learns a structure that popularity cannot see."""

from typing import get_args

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs import losses
from lmmrec_tfrs.backbones.config import BackboneConfig, BackboneName
from lmmrec_tfrs.backbones.registry import make_backbone, prepare_data
from tests.lmmrec_tfrs.training.planted import NUM_BLOCKS, planted_data


@pytest.mark.slow
@pytest.mark.parametrize("name", get_args(BackboneName))
def test_users_get_the_items_of_their_block(name: str):
    tf.keras.utils.set_random_seed(1)
    config = BackboneConfig(name=name)
    data = prepare_data(planted_data(), config)
    backbone = make_backbone(config, 16, data.users, data.items, data.train_pairs)
    users, items = data.users.to_layer("users"), data.items.to_layer("items")
    every_item = tf.range(data.items.num_embeddings, dtype=tf.int64)
    pairs, lengths = tf.constant(data.train_pairs), data.train_history_lengths
    optimizer = tf.keras.optimizers.Adam(0.02)

    @tf.function
    def step() -> None:
        with tf.GradientTape() as tape:
            shared = backbone.shared_features(True) if backbone.shared_features else {}
            asking = {**users.features_of(pairs[:, 0], lengths), **shared}
            offered = {**items.features_of(every_item), **shared}
            queries = backbone.query_encoder(asking, training=True)
            candidates = backbone.candidate_encoder(offered, training=True)
            scores = tf.matmul(queries, candidates, transpose_b=True)
            loss = losses.full_softmax(scores, pairs[:, 1], 1.0)
        variables = tape.watched_variables()
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))

    for _ in range(60):
        step()

    rows = tf.constant(data.validation_pairs[:, 0])
    queries = backbone.query_encoder(users.features_of(rows))
    candidates = backbone.candidate_encoder(items.features_of(every_item))
    scores = tf.matmul(queries, candidates, transpose_b=True).numpy()
    best = np.argsort(-scores, axis=1)[:, :4]
    blocks = data.validation_pairs[:, 0] % NUM_BLOCKS
    assert (best % NUM_BLOCKS == blocks[:, np.newaxis]).mean() > 0.8
