"""LMMRec on TensorFlow Recommenders: motivations read from text, learnt with behaviour.

What is named here is loaded when it is first used: importing the package brings no TensorFlow.
"""

import importlib
from typing import TYPE_CHECKING, Any

from lmmrec_tfrs.keras_version import require_legacy_keras

if TYPE_CHECKING:
    from lmmrec_tfrs.backbones.backbone import Towers
    from lmmrec_tfrs.backbones.config import BackboneConfig
    from lmmrec_tfrs.model import LMMRec
    from lmmrec_tfrs.training.config import TrainingConfig

require_legacy_keras()

__version__ = "0.1.0"

__all__ = ["BackboneConfig", "LMMRec", "Towers", "TrainingConfig"]

_MODULES = {
    "BackboneConfig": "backbones.config",
    "LMMRec": "model",
    "Towers": "backbones.backbone",
    "TrainingConfig": "training.config",
}


def __getattr__(name: str) -> Any:
    """Loads a public name at its first use (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
