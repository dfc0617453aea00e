"""Models as training starts from, for what does not depend on how well they are trained."""

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.backbones.config import BackboneConfig
from lmmrec_tfrs.backbones.registry import prepare_data
from lmmrec_tfrs.towers import IdentifiedTower
from lmmrec_tfrs.training.build import build_model
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.fit import TrainedModel
from tests.lmmrec_tfrs.training.planted import planted_data

DIMENSION = 8


def untrained_model(backbone: str, use_text: bool = True) -> TrainedModel:
    """A model of the planted world, with random weights."""
    tf.keras.utils.set_random_seed(1)
    config = TrainingConfig(
        embedding_dim=DIMENSION,
        backbone=BackboneConfig(name=backbone),
        initial_stddev=1.0,
        use_text=use_text,
    )
    model = build_model(prepare_data(planted_data(), config.backbone), config)
    generator = np.random.default_rng(0)
    for variable in model.trainable_variables:
        # Nothing stays at zero, where a weight that is not stored would not be missed.
        variable.assign_add(0.1 * generator.normal(size=variable.shape))
    return TrainedModel(
        IdentifiedTower(model.users, model.query_tower, name="query"),
        IdentifiedTower(model.items, model.candidate_tower, name="candidate"),
        {},
    )
