"""What is known of users and items without reviews, row by row."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lmmrec_tfrs.data import records
from lmmrec_tfrs.layers import ColdTexts, TextProjection


@dataclasses.dataclass(frozen=True)
class OwnerColdTexts:
    """The motivations of each owner's texts that are no reviews.

    `weights` is float32 `[num_owners, num_motivations]`, `vectors` float32
    `[num_owners, text_dimension]`, `counts` int64 `[num_owners]`: 0 where there is no such text.
    """

    weights: NDArray[np.float32]
    vectors: NDArray[np.float32]
    counts: NDArray[np.int64]

    def of(self, rows: NDArray[np.int64]) -> "OwnerColdTexts":
        """Those of other rows, in their order."""
        return OwnerColdTexts(self.weights[rows], self.vectors[rows], self.counts[rows])

    def projected(self, projection: TextProjection) -> "OwnerColdTexts":
        """The same with narrower vectors."""
        vectors = projection(tf.constant(self.vectors)).numpy()
        vectors = np.where(self.counts[:, np.newaxis] > 0, vectors, 0.0)
        return dataclasses.replace(self, vectors=vectors.astype(np.float32))

    def to_layer(self) -> ColdTexts:
        """The table as a layer."""
        layer = ColdTexts(len(self.counts), self.weights.shape[1], self.vectors.shape[1])
        layer.set_tables(self.weights, self.vectors, self.counts)
        return layer


def build_cold_texts(
    ids: Sequence[str], motivation_of: Mapping[str, records.OwnerMotivations]
) -> OwnerColdTexts | None:
    """Lines up what is known of owners without reviews.

    Args:
        ids: the owners' ids, row by row.
        motivation_of: the motivations of owners, by id.

    Returns:
        None where nobody has such a text.
    """
    cold = [
        (row, record.cold)
        for row, owner in enumerate(ids)
        if (record := motivation_of.get(owner)) is not None and record.cold is not None
    ]
    if not cold:
        return None
    first = cold[0][1]
    weights = np.zeros((len(ids), len(first.weights)), np.float32)
    vectors = np.zeros((len(ids), len(first.vector)), np.float32)
    counts = np.zeros(len(ids), np.int64)
    for row, known in cold:
        weights[row], vectors[row], counts[row] = known.weights, known.vector, known.text_count
    return OwnerColdTexts(weights, vectors, counts)
