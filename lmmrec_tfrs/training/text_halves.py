"""Divides each owner's texts into two halves, whose motivations should agree."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lmmrec_tfrs.data import records
from lmmrec_tfrs.layers import TextProjection


@dataclasses.dataclass(frozen=True)
class OwnerTextHalves:
    """What two disjoint halves of each owner's texts say.

    `weights` is float32 `[num_owners, 2, num_motivations]`, `vectors` float32
    `[num_owners, 2, text_dimension]`; `has_halves` bool `[num_owners]`, who has two texts or more:
    the rows of the others are zero.
    """

    weights: NDArray[np.float32]
    vectors: NDArray[np.float32]
    has_halves: NDArray[np.bool_]

    def of(self, rows: NDArray[np.int64]) -> "OwnerTextHalves":
        """The halves of other rows, in their order."""
        return OwnerTextHalves(self.weights[rows], self.vectors[rows], self.has_halves[rows])

    def projected(self, projection: TextProjection) -> "OwnerTextHalves":
        """The halves with narrower vectors."""
        flat = projection(tf.constant(self.vectors.reshape(-1, self.vectors.shape[-1]))).numpy()
        vectors = flat.reshape(*self.vectors.shape[:2], -1)
        vectors = np.where(self.has_halves[:, np.newaxis, np.newaxis], vectors, 0.0)
        return dataclasses.replace(self, vectors=vectors.astype(np.float32))


def build_text_halves(
    ids: Sequence[str], owners: Sequence[str], reviews: Sequence[records.ReviewMotivations]
) -> OwnerTextHalves:
    """Deals each owner's reviews out to two halves in turn.

    A half is the mean of its reviews, its vector of unit length, as the roll-up of all texts is.

    Args:
        ids: the owners' ids, row by row.
        owners: whose each review is.
        reviews: the motivations of the reviews, at least one.

    Returns:
        The halves. Reviews of owners without a row have no part in them.
    """
    row_of = {identifier: row for row, identifier in enumerate(ids)}
    # In an order of their own: Beam writes the reviews in another one each time.
    order = sorted(
        (row_of[owner], review.user_id, review.item_id, position)
        for position, (owner, review) in enumerate(zip(owners, reviews, strict=True))
        if owner in row_of
    )
    weights = np.zeros((len(ids), 2, len(reviews[0].weights)), np.float64)
    vectors = np.zeros((len(ids), 2, len(reviews[0].vector)), np.float64)
    counts = np.zeros((len(ids), 2), np.int64)
    for row, _, _, position in order:
        half = int(counts[row].sum()) % 2
        weights[row, half] += reviews[position].weights
        vectors[row, half] += reviews[position].vector
        counts[row, half] += 1
    has_halves = counts.min(axis=1) > 0
    # Zero for those without both halves; otherwise the sums become means.
    divisor = np.where(has_halves[:, np.newaxis], counts, np.inf)[:, :, np.newaxis]
    weights /= divisor
    vectors /= divisor
    vectors /= np.maximum(np.linalg.norm(vectors, axis=2, keepdims=True), 1e-12)
    return OwnerTextHalves(weights.astype(np.float32), vectors.astype(np.float32), has_halves)
