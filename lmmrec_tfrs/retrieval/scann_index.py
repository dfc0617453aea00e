"""A ScaNN index over item embeddings, tuned until its recall passes the gate.

ScaNN: Guo et al., "Accelerating Large-Scale Inference with Anisotropic Vector Quantization",
ICML 2020.
"""

import math
import time
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from scann.scann_ops.py import scann_ops

from lmmrec_tfrs.retrieval.config import RetrievalConfig
from lmmrec_tfrs.retrieval.recall import recall_against_exact

_QUERIES_A_BATCH = 256


class InsufficientRecallError(RuntimeError):
    """The index finds less of the exact result than the configuration asks for."""


class ScannIndex(tf.Module):
    """A maximum-inner-product search over N items that a SavedModel can hold.

    Attributes:
        num_items: N.
        num_leaves: leaves of the tree; 0 where the search is exact.
        leaves_to_search: leaves searched for a short list.
        reorder_candidates: candidates scored exactly for a short list.
        recall: mean recall on the tuning queries.
        build_seconds: how long building and tuning took.
    """

    def __init__(self, searcher: Any, num_items: int, config: RetrievalConfig, exact: bool):
        super().__init__(name="scann_index")
        self.state = searcher.serialize_to_module()
        self.num_items = num_items
        self.num_leaves = 0
        self.leaves_to_search = 0
        self.reorder_candidates = 0
        self.recall = 1.0
        self.build_seconds = 0.0
        if not exact:
            # Leaves may be empty, the last ones too, and are searched all the same.
            leaves = self.state.datapoint_to_token.numpy()
            sizes = np.bincount(leaves, minlength=config.leaves_for(num_items))
            leaf_sizes = np.sort(sizes)
            self.num_leaves = len(leaf_sizes)
            # What any n leaves hold together at least, for n = 1, 2, ...
            self._least_held = tf.constant(np.cumsum(leaf_sizes), tf.int32)
            self.leaves_to_search = min(
                config.leaves_to_search or math.ceil(self.num_leaves / 10), self.num_leaves
            )
            self.reorder_candidates = min(config.reorder_candidates, num_items)

    def search(self, queries: tf.Tensor, count: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Finds the items of the highest dot products.

        Enough leaves are searched that a long list is filled, whatever leaves they are.

        Args:
            queries: float32 `[B, D + 1]`.
            count: int32 scalar, from 1 to N.

        Returns:
            Positions int32 `[B, count]`, best first, and scores float32 `[B, count]`; an empty
            place has position -1 and score -inf.
        """
        searcher = scann_ops.searcher_from_module(self.state)
        if self.num_leaves:
            needed = tf.searchsorted(self._least_held, tf.reshape(count, [1]))[0] + 1
            positions, scores = searcher.search_batched(
                queries,
                final_num_neighbors=count,
                pre_reorder_num_neighbors=tf.maximum(self.reorder_candidates, 2 * count),
                leaves_to_search=tf.clip_by_value(needed, self.leaves_to_search, self.num_leaves),
            )
        else:
            positions, scores = searcher.search_batched(queries, final_num_neighbors=count)
        # ScaNN fills what it did not find with position 0 and score NaN.
        missing = tf.math.is_nan(scores)
        positions = tf.where(missing, -1, positions)
        scores = tf.where(missing, tf.constant(-math.inf, scores.dtype), scores)
        short = tf.maximum(count - tf.shape(scores)[1], 0)
        padding = [[0, 0], [0, short]]
        return (
            tf.pad(positions, padding, constant_values=-1),
            tf.pad(scores, padding, constant_values=-math.inf),
        )


def build_scann_index(
    item_embeddings: NDArray[np.float32],
    tuning_queries: NDArray[np.float32],
    config: RetrievalConfig,
) -> ScannIndex:
    """Builds an index and searches more leaves until it finds what exact search finds.

    Args:
        item_embeddings: float32 `[N, D + 1]`.
        tuning_queries: float32 `[Q, D + 1]`, query embeddings to measure the recall on.
        config: how to build it, and the recall that it must reach.

    Raises:
        InsufficientRecallError: the recall stays below `config.minimum_recall` with all leaves
            searched.
        ValueError: the shapes disagree.
    """
    if item_embeddings.ndim != 2 or not len(item_embeddings) or not len(tuning_queries):
        raise ValueError(
            "expected item embeddings [N, D + 1] and at least one tuning query, received shapes "
            f"{item_embeddings.shape} and {tuning_queries.shape}."
        )
    start = time.monotonic()
    num_items = len(item_embeddings)
    exact = num_items < config.brute_force_below
    builder = scann_ops.builder(item_embeddings, config.recall_at, "dot_product")
    if exact:
        builder = builder.score_brute_force()
    else:
        builder = (
            builder.tree(
                num_leaves=config.leaves_for(num_items),
                num_leaves_to_search=1,
                training_sample_size=max(100_000, num_items // 10),
                training_iterations=config.training_iterations,
            )
            .score_ah(dimensions_per_block=config.dimensions_per_block)
            .reorder(min(config.reorder_candidates, num_items))
        )
    index = ScannIndex(builder.build(), num_items, config, exact)
    _tune(index, item_embeddings, tuning_queries, config)
    index.build_seconds = time.monotonic() - start
    return index


def measure_recall(
    index: ScannIndex,
    item_embeddings: NDArray[np.float32],
    queries: NDArray[np.float32],
    k: int,
) -> float:
    """The mean recall of the index against exact search, over the queries."""
    count = tf.constant(min(k, len(item_embeddings)), tf.int32)
    recalls = []
    for start in range(0, len(queries), _QUERIES_A_BATCH):
        batch = queries[start : start + _QUERIES_A_BATCH]
        positions, _ = index.search(tf.constant(batch), count)
        recalls.append(recall_against_exact(batch @ item_embeddings.T, positions.numpy(), k))
    return float(np.concatenate(recalls).mean())


def _tune(
    index: ScannIndex,
    item_embeddings: NDArray[np.float32],
    queries: NDArray[np.float32],
    config: RetrievalConfig,
) -> None:
    while True:
        index.recall = measure_recall(index, item_embeddings, queries, config.recall_at)
        if index.recall >= config.minimum_recall:
            return
        if index.leaves_to_search < index.num_leaves:
            index.leaves_to_search = min(2 * index.leaves_to_search, index.num_leaves)
        elif index.num_leaves and index.reorder_candidates < index.num_items:
            index.reorder_candidates = min(2 * index.reorder_candidates, index.num_items)
        else:
            raise InsufficientRecallError(
                f"expected the index to find at least {config.minimum_recall:.4f} of the exact "
                f"top {config.recall_at}, received {index.recall:.4f} with all "
                f"{index.num_leaves} leaves searched and {index.reorder_candidates} candidates "
                "scored exactly. Raise RetrievalConfig.brute_force_below above "
                f"{index.num_items} to search exactly, or lower dimensions_per_block or "
                "minimum_recall."
            )
