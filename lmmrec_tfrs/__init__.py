"""LMMRec on TensorFlow Recommenders: motivations read from text, learnt with behaviour.

What is named here is loaded when it is first used: importing the package brings no TensorFlow.
"""

from typing import TYPE_CHECKING

from lmmrec_tfrs.keras_version import require_legacy_keras
from lmmrec_tfrs.lazy_names import lazy_names

if TYPE_CHECKING:
    from lmmrec_tfrs.backbones.backbone import Towers
    from lmmrec_tfrs.backbones.config import BackboneConfig
    from lmmrec_tfrs.model import LMMRec
    from lmmrec_tfrs.training.config import TrainingConfig

require_legacy_keras()

__version__ = "0.2.0"

__all__ = ["BackboneConfig", "LMMRec", "Towers", "TrainingConfig"]

_MODULES = {
    "BackboneConfig": "backbones.config",
    "LMMRec": "model",
    "Towers": "backbones.backbone",
    "TrainingConfig": "training.config",
}

__getattr__ = lazy_names(__name__, _MODULES, extra="train")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
