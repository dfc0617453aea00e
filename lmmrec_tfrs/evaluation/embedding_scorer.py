"""A scorer from embeddings: exact dot products, no index."""

import numpy as np
from numpy.typing import NDArray

from lmmrec_tfrs.evaluation.interactions import Interactions
from lmmrec_tfrs.retrieval import saved_model


class EmbeddingScorer:
    """Scores by the dot product of query and item embeddings.

    Args:
        name: what the reports call it.
        queries: float32 `[num_evaluated_users, dimension]`, in the order of
            `interactions.evaluated_users`.
        items: float32 `[num_items, dimension]`, in the order of `interactions.item_ids`.
        interactions: the candidates and the evaluated users.

    Raises:
        ValueError: the embeddings are not of these users and items, or their dimensions disagree.
    """

    def __init__(
        self,
        name: str,
        queries: NDArray[np.float32],
        items: NDArray[np.float32],
        interactions: Interactions,
    ):
        self.name = name
        users = interactions.evaluated_users
        expected = (len(users), interactions.num_items)
        if (len(queries), len(items)) != expected:
            raise ValueError(
                f"expected embeddings of {expected[0]} evaluated users and {expected[1]} items, "
                f"received {len(queries)} and {len(items)}."
            )
        if queries.shape[1] != items.shape[1]:
            raise ValueError(
                "expected query and item embeddings of equal dimension, received "
                f"{queries.shape[1]} and {items.shape[1]}."
            )
        self._rows = np.full(len(interactions.user_ids), -1, dtype=np.int64)
        self._rows[users] = np.arange(len(users))
        self._queries = queries
        self._items = items

    def scores(self, user_positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Float32 `[B, num_items]`; the users must be among the evaluated ones."""
        rows = self._rows[user_positions]
        if (rows < 0).any():
            raise ValueError("expected evaluated users, received others: they are not embedded.")
        return self._queries[rows] @ self._items.T


def embedding_scorer(name: str, path: str, interactions: Interactions) -> EmbeddingScorer:
    """Loads a SavedModel, with ScaNN's operations where it needs them, and embeds all with it.

    Raises:
        FileNotFoundError: there is no SavedModel at the path.
        ImportError: it needs ScaNN, which is not installed.
        ValueError: it lacks a signature, or its embeddings cannot be used.
    """
    model = saved_model.load_saved_model(path)
    users = [interactions.user_ids[position] for position in interactions.evaluated_users]
    queries = saved_model.embed_queries(model, users)[saved_model.EMBEDDING]
    items = saved_model.embed_items(model, interactions.item_ids)[saved_model.EMBEDDING]
    return EmbeddingScorer(name, queries, items, interactions)
