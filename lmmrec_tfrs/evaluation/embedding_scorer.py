"""A scorer from the embeddings that a SavedModel returns: exact dot products, no index."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmmrec_tfrs.evaluation.interactions import Interactions
from lmmrec_tfrs.retrieval import saved_model


class EmbeddingScorer:
    """Scores by the dot product of query and item embeddings.

    Args:
        name: what the reports call it.
        model: a loaded SavedModel with `embed_query` and `embed_item`.
        interactions: the candidates, all of which are embedded, and the evaluated users.

    Raises:
        ValueError: the embeddings are not finite, or their dimensions disagree.
    """

    def __init__(self, name: str, model: Any, interactions: Interactions):
        self.name = name
        users = interactions.evaluated_users
        self._rows = np.full(len(interactions.user_ids), -1, dtype=np.int64)
        self._rows[users] = np.arange(len(users))
        ids = [interactions.user_ids[position] for position in users]
        self._queries = saved_model.embed_queries(model, ids)[saved_model.EMBEDDING]
        self._items = saved_model.embed_items(model, interactions.item_ids)[saved_model.EMBEDDING]
        if self._queries.shape[1] != self._items.shape[1]:
            raise ValueError(
                "expected query and item embeddings of equal dimension, received "
                f"{self._queries.shape[1]} and {self._items.shape[1]}."
            )

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
    return EmbeddingScorer(name, saved_model.load_saved_model(path), interactions)
