"""Users who have bought nothing are served from their texts."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.training import export
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import TrainingData
from lmmrec_tfrs.training.fit import train
from tests.lmmrec_tfrs.training.planted import NUM_BLOCKS, planted_data

CONFIG = TrainingConfig(
    embedding_dim=8, epochs=15, batch_size=60, learning_rate=0.02, num_uniform_negatives=32
)
NEWCOMERS = tuple(f"newcomer {block}" for block in range(NUM_BLOCKS))


def _with_newcomers(data: TrainingData) -> TrainingData:
    """The planted world and, behind its users, one of each block with text alone."""
    users = data.users
    table = dataclasses.replace(
        users,
        ids=(*users.ids, *NEWCOMERS),
        motivation_weights=np.concatenate(
            [users.motivation_weights, np.eye(NUM_BLOCKS, dtype=np.float32)]
        ),
        text_vectors=np.concatenate([users.text_vectors, users.text_vectors[:NUM_BLOCKS]]),
        text_counts=np.concatenate([users.text_counts, np.full(NUM_BLOCKS, 3)]),
        interaction_counts=np.concatenate([users.interaction_counts, np.zeros(NUM_BLOCKS, int)]),
    )
    return dataclasses.replace(data, users=table)


@pytest.mark.slow
def test_the_served_model_places_newcomers_by_their_text(tmp_path):
    data = _with_newcomers(planted_data())
    trained = train(data, CONFIG, str(tmp_path / "logs"))
    export.write_serving_model(trained, str(tmp_path / "model"))
    model = tf.saved_model.load(str(tmp_path / "model"))
    answer = model.signatures["embed_query"](user_id=tf.constant([*NEWCOMERS, "nobody"]))
    assert answer["known"].numpy().tolist() == [True] * NUM_BLOCKS + [False]
    items = model.signatures["embed_item"](item_id=tf.constant(data.items.ids))["embedding"]
    scores = tf.matmul(answer["embedding"], items, transpose_b=True).numpy()
    blocks = np.array([int(item.split()[-1]) % NUM_BLOCKS for item in data.items.ids])
    for block in range(NUM_BLOCKS):
        best = np.argsort(-scores[block])[:6]
        assert (blocks[best] == block).mean() > 0.6
    assert not np.allclose(scores[0], scores[-1])  # the unknown get what suits anybody
