"""The signatures of the exported index: recommendations with reasons, and the embeddings."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lmmrec_tfrs.data import signature_names
from lmmrec_tfrs.retrieval import saved_model
from lmmrec_tfrs.retrieval.scann_index import ScannIndex


class RetrievalModule(tf.Module):
    """The trained model, the index over its items, and what is needed to answer with names.

    Args:
        model: the loaded SavedModel of the trainer.
        index: the index over the items, in the order of `item_ids`.
        item_ids: N distinct ids, none empty.
        item_motivation_weights: float32 `[N, K]`.
        motivation_names: the K names, in the order of the taxonomy.
        reasons_per_item: M, how many motivations are returned with an item.

    Raises:
        ValueError: the sizes disagree, or an id is empty or repeated.
    """

    def __init__(
        self,
        model: Any,
        index: ScannIndex,
        item_ids: Sequence[str],
        item_motivation_weights: NDArray[np.float32],
        motivation_names: Sequence[str],
        reasons_per_item: int,
    ):
        super().__init__(name="retrieval")
        num_motivations = item_motivation_weights.shape[1]
        if len(motivation_names) != num_motivations:
            raise ValueError(
                f"expected {num_motivations} motivation names, as many as the model has motivation "
                f"weights, received {len(motivation_names)}: the model was trained with another "
                "taxonomy; train it again."
            )
        if len(item_ids) != index.num_items or len(item_motivation_weights) != index.num_items:
            raise ValueError(
                f"expected {index.num_items} item ids and rows of motivation weights, received "
                f"{len(item_ids)} and {len(item_motivation_weights)}."
            )
        if "" in item_ids or len(set(item_ids)) != len(item_ids):
            raise ValueError("expected item ids that are distinct and not empty.")
        self.model = model
        self.index = index
        self._reasons_per_item = reasons_per_item
        self._num_motivations = num_motivations
        # Row N stands for an empty place.
        self._item_ids = tf.Variable([*item_ids, ""], trainable=False, name="item_ids")
        self._item_weights = tf.Variable(
            np.pad(item_motivation_weights, [(0, 1), (0, 0)]),
            trainable=False,
            name="item_motivation_weights",
        )
        self._names = tf.Variable(list(motivation_names), trainable=False, name="motivation_names")
        self._positions = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(
                tf.constant(list(item_ids)), tf.range(index.num_items, dtype=tf.int32)
            ),
            default_value=-1,
        )

    @tf.function(
        input_signature=[
            tf.TensorSpec([None], tf.string, "user_id"),
            tf.TensorSpec([], tf.int32, "k"),
            tf.TensorSpec([None, None], tf.string, "exclude_item_ids"),
        ],
        autograph=False,
    )
    def recommend(
        self, user_id: tf.Tensor, k: tf.Tensor, exclude_item_ids: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """The k best items for each user, without those excluded, and the reasons.

        A user that the model does not know is answered by the embedding of unknown users. Where
        fewer than k items are left, the last places hold the id "" with the score -inf.

        The reasons for an item are the motivations that user and item share most. With u and v
        their weights in [0, 1], motivation j counts u_j v_j / Σ_l u_l v_l: its share of what they
        have in common. For a user of no known motivation it is v_j / Σ_l v_l, the item's own.
        A place without a motivation holds the name "" with the weight 0.

        Args:
            user_id: string `[B]`.
            k: int32 scalar, at least 1.
            exclude_item_ids: string `[B, E]`, E may be 0; "" and unknown ids exclude nothing.

        Returns:
            `item_ids` string `[B, k]`, `scores` float32 `[B, k]`, `motivation_names` string
            `[B, k, M]` and `motivation_weights` float32 `[B, k, M]`, each best first.
        """
        checks = [
            tf.debugging.assert_positive(k, "expected k of at least 1."),
            tf.debugging.assert_equal(
                tf.shape(exclude_item_ids)[0],
                tf.shape(user_id)[0],
                "expected a row of exclude_item_ids for each user_id: give shape [B, 0] for none.",
            ),
        ]
        # Otherwise an operation that fails on such input may run, and speak, first.
        with tf.control_dependencies(checks):
            k, exclude_item_ids = tf.identity(k), tf.identity(exclude_item_ids)
        query = self.model.signatures[signature_names.EMBED_QUERY](user_id=user_id)
        excluded = self._positions.lookup(exclude_item_ids)
        most_excluded = tf.reduce_max(
            tf.concat([tf.reduce_sum(tf.cast(excluded >= 0, tf.int32), axis=1), [0]], 0)
        )
        # In this order, for k + most_excluded might overflow.
        room = tf.constant(self.index.num_items, tf.int32) - most_excluded
        count = tf.minimum(k, tf.maximum(room, 0)) + most_excluded
        count = tf.clip_by_value(count, 1, self.index.num_items)
        positions, scores = self.index.search(query[saved_model.EMBEDDING], count)
        scores = tf.where(_is_member(positions, excluded), -math.inf, scores)
        short = [[0, 0], [0, tf.maximum(k - count, 0)]]
        positions = tf.pad(positions, short, constant_values=-1)
        scores, order = tf.math.top_k(tf.pad(scores, short, constant_values=-math.inf), k)
        positions = tf.gather(positions, order, batch_dims=1)
        positions = tf.where(tf.math.is_inf(scores), self.index.num_items, positions)
        names, weights = self._reasons(query[saved_model.MOTIVATION_WEIGHTS], positions)
        return {
            "item_ids": tf.gather(self._item_ids, positions),
            "scores": scores,
            "motivation_names": names,
            "motivation_weights": weights,
        }

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "user_id")], autograph=False)
    def embed_query(self, user_id: tf.Tensor) -> dict[str, tf.Tensor]:
        """The model's query embeddings, `[B, D + 1]`."""
        return self.model.signatures[signature_names.EMBED_QUERY](user_id=user_id)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "item_id")], autograph=False)
    def embed_item(self, item_id: tf.Tensor) -> dict[str, tf.Tensor]:
        """The model's item embeddings, `[B, D + 1]`."""
        return self.model.signatures[signature_names.EMBED_ITEM](item_id=item_id)

    def export(self, path: str) -> None:
        """Writes the SavedModel; what loads it needs ScaNN's operations (`load_index`)."""
        tf.saved_model.save(
            self,
            path,
            signatures={
                signature_names.RECOMMEND: self.recommend,
                signature_names.EMBED_QUERY: self.embed_query,
                signature_names.EMBED_ITEM: self.embed_item,
            },
            options=tf.saved_model.SaveOptions(namespace_whitelist=["Scann"]),
        )

    def _reasons(
        self, user_weights: tf.Tensor, positions: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Names and weights `[B, k, M]` of the motivations behind the items at `[B, k]`."""
        item_weights = tf.gather(self._item_weights, positions)
        users = user_weights[:, tf.newaxis, :]
        silent = tf.reduce_sum(users, axis=-1, keepdims=True) <= 0.0
        common = tf.where(silent, item_weights, users * item_weights)
        shares = tf.math.divide_no_nan(common, tf.reduce_sum(common, axis=-1, keepdims=True))
        shown = min(self._reasons_per_item, self._num_motivations)
        weights, order = tf.math.top_k(shares, shown)
        names = tf.where(weights > 0.0, tf.gather(self._names, order), "")
        padding = [[0, 0], [0, 0], [0, self._reasons_per_item - shown]]
        return tf.pad(names, padding, constant_values=""), tf.pad(weights, padding)


def _is_member(values: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
    """Whether each of `values` int32 `[B, F]` is among its row of `rows` int32 `[B, E]`."""
    last = tf.fill([tf.shape(rows)[0], 1], tf.int32.max)
    ordered = tf.concat([tf.sort(rows, axis=1), last], axis=1)
    places = tf.searchsorted(ordered, values)
    return tf.equal(tf.gather(ordered, places, batch_dims=1), values)
