"""Selects Keras 2 for TensorFlow before any test module imports it."""

import lmmrec_tfrs

__all__ = ["lmmrec_tfrs"]
