"""The validation metrics of a model in training."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.model import LMMRec
from lmmrec_tfrs.training.distribution import agreed_values
from lmmrec_tfrs.training.encoding import OwnerEncoder
from lmmrec_tfrs.training.validation import RankingValidator


class ModelValidation:
    """Places users and items and ranks the validation pairs.

    Args:
        model: the model.
        validator: ranks the pairs.
        strategy: under which it is trained.
    """

    def __init__(
        self, model: LMMRec, validator: RankingValidator, strategy: tf.distribute.Strategy
    ):
        self._validator = validator
        self._strategy = strategy
        self._users = OwnerEncoder(model.users, model.query_tower)
        self._items = OwnerEncoder(model.items, model.candidate_tower)

    def metrics(self) -> dict[str, float]:
        """The metrics of the model as it is, the same on all workers."""
        users = self._users.vectors(self._validator.users)
        items = self._items.vectors(np.arange(self._validator.num_items))
        return agreed_values(self._strategy, self._validator.evaluate(users, items))
