"""The same for everybody: what is popular."""

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from lmmrec_tfrs.evaluation.interactions import row_counts


class MostPopular:
    """The same list for everybody: items by their number of training interactions."""

    name = "most_popular"

    def __init__(self, train: scipy.sparse.csr_matrix):
        self._counts = row_counts(train.T).astype(np.float32)

    def scores(self, user_positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Float32 `[B, num_items]`."""
        return np.tile(self._counts, (len(user_positions), 1))
