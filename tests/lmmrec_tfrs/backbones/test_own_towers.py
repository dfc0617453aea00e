"""A user's own Keras towers as the backbone."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.backbones.backbone import Towers
from lmmrec_tfrs.layers.owner_features import Features
from lmmrec_tfrs.towers import IdentifiedTower
from lmmrec_tfrs.training.build import build_model
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import TrainingData
from lmmrec_tfrs.training.examples import training_examples
from lmmrec_tfrs.training.fit import train
from tests.lmmrec_tfrs.training.planted import planted_data

DIMENSION = 8


@tf.keras.utils.register_keras_serializable(package="tests")
class MyUserTower(tf.keras.Model):
    """Ids, and how much somebody bought."""

    def __init__(self, num_users: int, **kwargs):
        super().__init__(**kwargs)
        self.num_users = num_users
        self.ids = tf.keras.layers.Embedding(num_users + 1, DIMENSION)
        self.activity = tf.keras.layers.Dense(DIMENSION)

    def call(self, features: Features, training: bool | None = None) -> tf.Tensor:
        count = tf.math.log1p(features["interaction_count"])[:, tf.newaxis]
        return self.ids(features["embedding_index"]) + self.activity(count)

    def get_config(self) -> dict:
        return {"num_users": self.num_users}


def _item_tower(num_items: int) -> tf.keras.Model:
    """The functional interface does as well: inputs by the names of the features."""
    index = tf.keras.Input((), dtype=tf.int64, name="embedding_index")
    embedding = tf.keras.layers.Embedding(num_items + 1, DIMENSION)(index)
    return tf.keras.Model({"embedding_index": index}, tf.keras.layers.Dense(DIMENSION)(embedding))


@pytest.mark.slow
def test_own_keras_towers_train_and_serve():
    data = planted_data()
    backbone = Towers(
        DIMENSION,
        query_encoder=MyUserTower(data.users.num_embeddings),
        candidate_encoder=_item_tower(data.items.num_embeddings),
    )
    config = TrainingConfig(embedding_dim=DIMENSION, batch_size=64, num_uniform_negatives=16)
    model = build_model(data, config, backbone)
    model.compile(optimizer=tf.keras.optimizers.Adam(0.01))
    before = [weight.numpy() for weight in backbone.candidate_encoder.weights]
    dataset = tf.data.Dataset.from_tensor_slices(training_examples(data))
    dataset = dataset.shuffle(len(data.train_pairs), seed=1).batch(64, drop_remainder=True)
    history = model.fit(dataset, epochs=5, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]
    for weight, start in zip(backbone.candidate_encoder.weights, before, strict=True):
        assert np.abs(weight - start).max() > 0.0
    query = IdentifiedTower(model.users, model.query_tower)
    candidate = IdentifiedTower(model.items, model.candidate_tower)
    scores = tf.matmul(
        query(tf.constant(["user 1", "nobody"])),
        candidate(tf.constant(data.items.ids)),
        transpose_b=True,
    )
    assert scores.shape == (2, data.items.num_owners)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
def test_the_training_loop_takes_them_too(precision: str, tmp_path):
    data = planted_data()
    config = TrainingConfig(
        embedding_dim=DIMENSION, batch_size=64, epochs=2, learning_rate=0.01, precision=precision
    )

    def own(data: TrainingData) -> Towers:
        return Towers(
            DIMENSION,
            query_encoder=MyUserTower(data.users.num_embeddings),
            candidate_encoder=_item_tower(data.items.num_embeddings),
        )

    trained = train(data, config, str(tmp_path), backbone=own)
    assert isinstance(trained.query.tower.encoder, MyUserTower)
    assert trained.query(tf.constant(["user 1"])).dtype == tf.float32
    assert trained.report["epochs"] == 2
