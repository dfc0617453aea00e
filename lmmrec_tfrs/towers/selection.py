"""A part of what a tower made of a batch."""

import dataclasses
from collections.abc import Callable

import tensorflow as tf

from lmmrec_tfrs.towers.owner_tower import TowerOutput


def take(output: TowerOutput, select: Callable[[tf.Tensor], tf.Tensor]) -> TowerOutput:
    """The output with `select` applied to each of its tensors."""
    parts = {
        field.name: select(getattr(output, field.name)) for field in dataclasses.fields(output)
    }
    return TowerOutput(**parts)
