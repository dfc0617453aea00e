"""The towers of an earlier model, as a warm start reads them."""

import dataclasses
import logging
import os
import tempfile

import tensorflow as tf

from lmmrec_tfrs.layers import TextProjection
from lmmrec_tfrs.towers import IdentifiedTower
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import TrainingData
from lmmrec_tfrs.training.tower_files import CANDIDATE_TOWER_FILE, QUERY_TOWER_FILE

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class EarlierTowers:
    """What an earlier model exported.

    Attributes:
        directory: where it was read from.
        query: the users' tower.
        candidate: the items' tower.
    """

    directory: str
    query: IdentifiedTower
    candidate: IdentifiedTower

    @classmethod
    def read(cls, directory: str) -> "EarlierTowers":
        """Reads `query_tower.keras` and `candidate_tower.keras`.

        Args:
            directory: the folder that holds them; may be remote.

        Raises:
            FileNotFoundError: one of them is not there.
            ValueError: one is no tower of this library.
        """
        return cls(
            directory,
            _load(os.path.join(directory, QUERY_TOWER_FILE)),
            _load(os.path.join(directory, CANDIDATE_TOWER_FILE)),
        )

    def text_projection(self, data: TrainingData, config: TrainingConfig) -> TextProjection | None:
        """The projection that made the text vectors which the earlier model learnt from.

        Its textual encoder means these components: fitted anew, they would turn, and swap signs.

        Args:
            data: tables with the sentence encoder's own vectors.
            config: says how many components the model has.

        Returns:
            None where its texts had vectors of other widths.
        """
        projection: TextProjection | None = self.query.owners.text_projection
        width = data.users.text_vectors.shape[1]
        if projection is None or (projection.text_dimension, projection.dimension) != (
            width,
            min(config.text_dimension, width),
        ):
            return None
        return projection

    def with_attributes(self, data: TrainingData) -> TrainingData:
        """The data with the items' attributes in the columns of the earlier model.

        Which categories and brands are the commonest, and in which order, changes with the
        catalogue; what was learnt of a column would be taken for what another one says. Columns
        that the earlier model did not have are left out. The price is standardised anew.

        Args:
            data: tables with the attributes of the present catalogue.
        """
        attributes = data.items.attributes
        names = self.candidate.owners.attribute_names
        if attributes is None or not names or names == attributes.names:
            return data
        added = [name for name in attributes.names if name not in names]
        _log.info(
            "warm start: %d attributes that the earlier model did not have: %s", len(added), added
        )
        items = dataclasses.replace(data.items, attributes=attributes.with_columns(names))
        return dataclasses.replace(data, items=items)


def _load(path: str) -> IdentifiedTower:
    if not tf.io.gfile.exists(path):
        raise FileNotFoundError(
            f"expected a tower of an earlier model at {path}, found none: warm_start_from is the "
            f"folder that holds {QUERY_TOWER_FILE} and {CANDIDATE_TOWER_FILE}."
        )
    with tempfile.TemporaryDirectory() as local:
        copy = os.path.join(local, os.path.basename(path))
        tf.io.gfile.copy(path, copy)
        tower = tf.keras.models.load_model(copy, compile=False)
    if not isinstance(tower, IdentifiedTower):
        raise ValueError(
            f"expected an IdentifiedTower, as write_keras_towers writes, at {path}, received a "
            f"{type(tower).__name__}."
        )
    return tower
