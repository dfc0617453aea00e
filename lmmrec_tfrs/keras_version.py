"""Makes `tf.keras` mean Keras 2 (`tf_keras`), which TensorFlow Recommenders needs.

KerasNLP runs on Keras 3 (the package `keras`) in the same process: the two never share a
layer, only tensors. Which Keras `tf.keras` resolves to is decided by an environment
variable when TensorFlow first resolves that name, so it has to be set before.
"""

import os
import sys
import types

VARIABLE = "TF_USE_LEGACY_KERAS"


def require_legacy_keras() -> None:
    """Selects Keras 2 for `tf.keras`.

    Raises:
        ImportError: TensorFlow already resolved `tf.keras` to Keras 3 in this process.
    """
    # TensorFlow replaces its lazy loader by the module once `tf.keras` was touched;
    # reading the dictionary does not touch it.
    resolved = vars(sys.modules.get("tensorflow", os)).get("keras")
    if type(resolved) is types.ModuleType and resolved.__name__.startswith("keras."):
        raise ImportError(
            "lmmrec_tfrs needs tf.keras to be Keras 2, but TensorFlow has already loaded "
            f"Keras 3 as tf.keras in this process. Set {VARIABLE}=1 in the environment, or "
            "import lmmrec_tfrs before anything that uses tf.keras."
        )
    os.environ[VARIABLE] = "1"
