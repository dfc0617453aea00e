"""TFX components, a folder each; their executors are thin and call `lmmrec_tfrs`."""

# Selects Keras 2 for TensorFlow before an executor's own imports load it.
import lmmrec_tfrs as _lmmrec_tfrs
from components.tfdv_compatibility import install as _install_tfdv_compatibility

# Before anything imports TFX or TFDV.
_install_tfdv_compatibility()

__all__: list[str] = []
del _lmmrec_tfrs, _install_tfdv_compatibility
