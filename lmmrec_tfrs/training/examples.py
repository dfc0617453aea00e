"""What a training step is given of each train pair."""

import numpy as np
from numpy.typing import NDArray

from lmmrec_tfrs.model import HISTORY_LENGTH, ITEM_ROW, USER_ROW
from lmmrec_tfrs.training.data import TrainingData


def training_examples(data: TrainingData) -> dict[str, NDArray[np.int64]]:
    """The features of all train pairs.

    Returns:
        `user_row` and `item_row`, and where users have histories `history_length`, how many items
        of the user's history come before the pair's; each int64 `[num_pairs]`.
    """
    examples = {USER_ROW: data.train_pairs[:, 0], ITEM_ROW: data.train_pairs[:, 1]}
    if data.train_history_lengths is not None:
        examples[HISTORY_LENGTH] = data.train_history_lengths
    return examples
