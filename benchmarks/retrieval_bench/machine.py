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
_OWN_CODE = (
    "bench_data.py",
    "changes.py",
    "fit_baseline.py",
    "measure.py",
    "run_cell.py",
    "train_model.py",
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
    """A hash of the code that trains and measures, the benchmark's own: tells figures apart."""
    library, benchmark = Path(lmmrec_tfrs.__file__).parent, Path(__file__).parent
    state = hashlib.sha256()
    paths = [library / part for part in _CODE] + [benchmark / name for name in _OWN_CODE]
    for path in paths:
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if file.is_file():
                state.update(f"{file.relative_to(path.parent)}\0".encode())
                state.update(file.read_bytes())
    return state.hexdigest()[:12]
