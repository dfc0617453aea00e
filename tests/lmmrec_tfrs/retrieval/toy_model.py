"""A model with the trainer's signatures whose embeddings are given by hand."""

from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


class Embeddings(tf.Module):
    """Rows by id; an id that is not there gets zeros, as an unknown one gets its own row."""

    def __init__(self, ids: Sequence[str], vectors: NDArray, weights: NDArray, last: float):
        super().__init__()
        self.table = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(
                tf.constant(list(ids)), tf.range(len(ids), dtype=tf.int64)
            ),
            default_value=len(ids),
        )
        unknown = np.zeros([1, vectors.shape[1]])
        unknown[0, -1] = last
        self.vectors = tf.Variable(np.concatenate([vectors, unknown]), dtype=tf.float32)
        self.weights = tf.Variable(np.pad(weights, [(0, 1), (0, 0)]), dtype=tf.float32)
        self.size = len(ids)

    def look_up(self, ids: tf.Tensor) -> dict[str, tf.Tensor]:
        """The contract's outputs."""
        rows = self.table.lookup(ids)
        return {
            "embedding": tf.gather(self.vectors, rows),
            "motivation_weights": tf.gather(self.weights, rows),
            "known": rows < self.size,
        }


class ToyModel(tf.Module):
    """`users` and `items` map ids to (embedding [D + 1], motivation weights [K])."""

    def __init__(
        self,
        users: Mapping[str, tuple[Sequence[float], Sequence[float]]],
        items: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    ):
        super().__init__()
        self.users = Embeddings(list(users), *_stack(users), last=1.0)
        self.items = Embeddings(list(items), *_stack(items), last=0.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "user_id")])
    def embed_query(self, user_id: tf.Tensor) -> dict[str, tf.Tensor]:
        """The embeddings of users."""
        return self.users.look_up(user_id)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "item_id")])
    def embed_item(self, item_id: tf.Tensor) -> dict[str, tf.Tensor]:
        """The embeddings of items."""
        return self.items.look_up(item_id)

    def save(self, path: str) -> str:
        """Writes the SavedModel."""
        signatures = {"embed_query": self.embed_query, "embed_item": self.embed_item}
        tf.saved_model.save(self, path, signatures=signatures)
        return path


def _stack(rows: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> tuple[NDArray, NDArray]:
    return (
        np.array([vector for vector, _ in rows.values()]),
        np.array([weights for _, weights in rows.values()]),
    )


def random_model(
    num_users: int, num_items: int, dimensions: int, num_motivations: int, seed: int
) -> ToyModel:
    """Clustered embeddings of users `u0`, ... and items `i0`, ..., the last dimension a bias."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(max(num_items // 50, 2), dimensions))

    def draw(size: int) -> NDArray:
        noise = 0.6 * rng.normal(size=(size, dimensions))
        return centres[rng.integers(len(centres), size=size)] + noise

    users = np.concatenate([draw(num_users), np.ones([num_users, 1])], axis=1)
    items = np.concatenate([draw(num_items), 0.5 * rng.normal(size=(num_items, 1))], axis=1)
    user_weights = rng.random((num_users, num_motivations))
    item_weights = rng.random((num_items, num_motivations))
    return ToyModel(
        {f"u{n}": (users[n], user_weights[n]) for n in range(num_users)},
        {f"i{n}": (items[n], item_weights[n]) for n in range(num_items)},
    )
