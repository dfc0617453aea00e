"""Item-kNN: what is bought together with what one has."""

import warnings
from typing import Literal

import numpy as np
import scipy.sparse
from implicit.nearest_neighbours import (
    BM25Recommender,
    CosineRecommender,
    ItemItemRecommender,
    normalize,
    tfidf_weight,
)
from implicit.utils import ParameterWarning
from numpy.typing import NDArray

from lmmrec_tfrs.evaluation.baselines.cold_rows import complete_scores
from lmmrec_tfrs.evaluation.baselines.most_popular import MostPopular
from lmmrec_tfrs.evaluation.interactions import row_counts

Similarity = Literal["cosine", "tfidf", "bm25"]


class _TfidfRecommender(ItemItemRecommender):  # type: ignore[misc]
    """implicit's own, but that items without weight are similar to none.

    TF-IDF gives nothing to a user who has all items but one. Items that only such users have come
    out as not a number there, or not, by the last digit of a logarithm.
    """

    def fit(self, counts: scipy.sparse.spmatrix, show_progress: bool = True) -> None:
        with np.errstate(invalid="ignore"):
            weighted = normalize(tfidf_weight(counts.T))
        weighted.data = np.nan_to_num(weighted.data, nan=0.0)
        super().fit(weighted.T, show_progress)


_RECOMMENDERS = {"cosine": CosineRecommender, "tfidf": _TfidfRecommender, "bm25": BM25Recommender}


class ItemKnn:
    """Item-based nearest neighbours (Deshpande and Karypis, "Item-Based Top-N Recommendation
    Algorithms", TOIS 2004), by the package `implicit`.

    An item's score is the sum of its similarities to the user's items, each of which speaks for
    its nearest neighbours only. Similar are items that the same users have: by the cosine of the
    columns of the interactions, plain, or weighted by TF-IDF or BM25.

    Args:
        train: boolean `[num_users, num_items]`.
        similarity: `cosine`, `tfidf` or `bm25`.
        neighbours: for how many items each item speaks, itself among them.
        threads: how many threads may compute the similarities.
    """

    name = "item_knn"

    def __init__(
        self,
        train: scipy.sparse.csr_matrix,
        similarity: Similarity = "cosine",
        neighbours: int = 100,
        threads: int = 1,
    ):
        self._warm = np.flatnonzero(row_counts(train.T))
        self._fallback = MostPopular(train)
        self._train = train[:, self._warm].astype(np.float64).tocsr()
        model = _RECOMMENDERS[similarity](K=neighbours, num_threads=threads)
        with warnings.catch_warnings():
            # It is implicit itself that passes on what it then has to convert.
            warnings.simplefilter("ignore", ParameterWarning)
            model.fit(self._train, show_progress=False)
        self.similarities: scipy.sparse.csr_matrix = model.similarity

    def scores(self, user_positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Float32 `[B, num_items]`."""
        rows = self._train[user_positions]
        warm_scores = (rows @ self.similarities).toarray().astype(np.float32)
        return complete_scores(
            warm_scores, self._warm, row_counts(rows), self._fallback.scores(user_positions)
        )
