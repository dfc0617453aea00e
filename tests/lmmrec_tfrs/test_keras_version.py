"""`tf.keras` is Keras 2, or importing the library fails with the remedy."""

import os
import subprocess
import sys

import pytest


def _run(code):
    environment = {key: value for key, value in os.environ.items() if "KERAS" not in key}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )


@pytest.mark.slow
def test_importing_the_library_selects_keras_2():
    result = _run("import lmmrec_tfrs, tensorflow as tf; print(tf.keras.layers.Layer.__module__)")
    assert result.stdout.startswith("tf_keras."), result.stderr


@pytest.mark.slow
def test_keras_3_loaded_before_is_an_error_with_the_remedy():
    result = _run("import tensorflow as tf; tf.keras.layers; import lmmrec_tfrs")
    assert result.returncode != 0
    assert "TF_USE_LEGACY_KERAS=1" in result.stderr
