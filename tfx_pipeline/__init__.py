"""The pipeline, its runners and the `lmmrec` command."""

# Selects Keras 2 for TensorFlow before TFX's imports load it.
import lmmrec_tfrs as _lmmrec_tfrs

__all__: list[str] = []
del _lmmrec_tfrs
