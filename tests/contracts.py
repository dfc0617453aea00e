"""Contracts that every layer, tower and exported model must keep."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

ROOT = Path(__file__).resolve().parents[1]


def check_layer_round_trip(layer: tf.keras.layers.Layer, call: Callable[..., Any]) -> None:
    """A layer rebuilt from its config and weights computes the same.

    Args:
        layer: a layer whose config says all.
        call: applies a layer to fixed inputs.
    """
    expected = call(layer)
    serialized = tf.keras.utils.serialize_keras_object(layer)
    json.dumps(serialized)
    rebuilt = tf.keras.utils.deserialize_keras_object(serialized)
    assert type(rebuilt) is type(layer)
    assert rebuilt.get_config() == layer.get_config()
    call(rebuilt)
    rebuilt.set_weights(layer.get_weights())
    tf.nest.map_structure(
        lambda a, b: np.testing.assert_allclose(a, b, atol=1e-6), call(rebuilt), expected
    )


_LOAD_KERAS = """
import json, sys
import lmmrec_tfrs
import tensorflow as tf
import lmmrec_tfrs.layers, lmmrec_tfrs.towers
outputs = []
for path, ids in json.loads(sys.argv[1]):
    model = tf.keras.models.load_model(path, compile=False)
    outputs.append(model(tf.constant(ids)).numpy().tolist())
print(json.dumps(outputs))
"""

# No lmmrec_tfrs: whoever serves the model has TensorFlow alone.
_LOAD_SAVED_MODEL = """
import json, sys
import tensorflow as tf
model = tf.saved_model.load(sys.argv[1])
signature = model.signatures[sys.argv[2]]
outputs = signature(**{sys.argv[3]: tf.constant(json.loads(sys.argv[4]), tf.string)})
assert "lmmrec_tfrs" not in sys.modules
print(json.dumps({name: value.numpy().tolist() for name, value in outputs.items()}))
"""

# Nothing but Keras 3, which tf.keras means where nobody asks for another.
_LOAD_TFSM_LAYERS = """
import json, sys
import keras
import tensorflow as tf
assert keras.__version__.startswith("3.") and tf.keras.__version__ == keras.__version__
outputs = []
for directory in json.loads(sys.argv[1]):
    outputs.append({})
    for endpoint, ids in json.loads(sys.argv[2]).items():
        inputs = keras.Input((), dtype="string")
        layer = keras.layers.TFSMLayer(directory, call_endpoint=endpoint)
        model = keras.Model(inputs, layer(inputs))
        returned = model(tf.constant(ids))
        outputs[-1][endpoint] = {name: value.numpy().tolist() for name, value in returned.items()}
assert not {"lmmrec_tfrs", "tf_keras"} & sys.modules.keys()
print(json.dumps(outputs))
"""


def call_keras_models_in_fresh_process(calls: Sequence[tuple[Path, list[str]]]) -> list[np.ndarray]:
    """Loads `.keras` files in one other process and applies each to string ids.

    Args:
        calls: the files, each with its ids.
    """
    arguments = json.dumps([(str(path), ids) for path, ids in calls])
    return [np.array(output) for output in _run(_LOAD_KERAS, arguments, folder=ROOT)]


def call_signature_in_fresh_process(
    directory: Path | str, signature: str, argument: str, ids: list[str]
) -> dict[str, np.ndarray]:
    """Loads a SavedModel with plain TensorFlow in another process and calls a signature."""
    arguments = (str(directory), signature, argument, json.dumps(ids))
    outputs = _run(_LOAD_SAVED_MODEL, *arguments, folder=Path(directory))
    return {name: np.array(value) for name, value in outputs.items()}


def call_tfsm_layers_in_fresh_process(
    directories: Sequence[Path], ids_of: dict[str, list[str]]
) -> list[dict[str, dict[str, np.ndarray]]]:
    """Makes layers of SavedModels' signatures under Keras 3 in one other process.

    Args:
        directories: the SavedModels, which have the same signatures.
        ids_of: the string ids that each signature is applied to.

    Returns:
        Of each, what each signature returns as a part of a functional Keras 3 model.
    """
    listed = json.dumps([str(directory) for directory in directories])
    outputs = _run(_LOAD_TFSM_LAYERS, listed, json.dumps(ids_of), folder=directories[0])
    return [
        {
            endpoint: {name: np.array(value) for name, value in returned.items()}
            for endpoint, returned in of_model.items()
        }
        for of_model in outputs
    ]


def _run(program: str, *arguments: str, folder: Path) -> Any:
    environment = {k: v for k, v in os.environ.items() if k != "TF_USE_LEGACY_KERAS"}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**environment, "TF_CPP_MIN_LOG_LEVEL": "2"},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])
