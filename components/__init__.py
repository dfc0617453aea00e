"""TFX components, a folder each; their executors are thin and call `lmmrec_tfrs`."""

# Selects Keras 2 for TensorFlow before an executor's own imports load it.
import lmmrec_tfrs as _lmmrec_tfrs

__all__: list[str] = []
del _lmmrec_tfrs
