"""LMMRec on TensorFlow Recommenders: motivations read from text, learnt with behaviour."""

from lmmrec_tfrs.keras_version import require_legacy_keras

require_legacy_keras()

__version__ = "0.1.0"
