"""The backbones that are compared."""

import typing

from lmmrec_tfrs.backbones.config import BackboneName
from lmmrec_tfrs.training.config import TrainingConfig

from .overrides import override

BACKBONES: tuple[str, ...] = typing.get_args(BackboneName)


def with_backbone(config: TrainingConfig, name: str) -> TrainingConfig:
    """The configuration with this backbone.

    Raises:
        ValueError: there is no such backbone.
    """
    return override(config, {"backbone.name": name}, f"the backbone {name}")
