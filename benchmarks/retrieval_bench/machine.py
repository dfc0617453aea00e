"""Where and with what a measurement was made."""

import functools
import hashlib
import importlib.metadata
import os
import platform
from pathlib import Path

import lmmrec_tfrs

_PACKAGES = ("tensorflow", "tf-keras", "tensorflow-recommenders", "numpy", "scipy", "implicit")
# What decides about a trained model and its measurement, beside the settings.
_CODE = (
    "backbones",
    "data",
    "evaluation",
    "layers",
    "losses",
    "model.py",
    "objectives",
    "towers",
    "training",
)


def describe_machine() -> str:
    """The machine in a few words.

    Devices are those of TensorFlow's; memory is not named, for it decides nothing here.
    """
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def versions() -> dict[str, str]:
    """The versions of the packages that the figures hang on, and of the library."""
    return {
        "lmmrec_tfrs": lmmrec_tfrs.__version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in _PACKAGES},
    }


@functools.cache
def code_digest() -> str:
    """A hash of the library's code that trains and measures: tells old figures from new ones."""
    root = Path(lmmrec_tfrs.__file__).parent
    state = hashlib.sha256()
    for part in _CODE:
        path = root / part
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if file.is_file():
                state.update(f"{file.relative_to(root)}\0".encode())
                state.update(file.read_bytes())
    return state.hexdigest()[:12]
