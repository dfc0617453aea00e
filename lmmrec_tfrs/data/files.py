"""Files by path or URI. A local path needs no TensorFlow; a URI goes through `tf.io.gfile`."""

import glob as local_glob
import os
from typing import IO, Any

from lmmrec_tfrs.extras import named_extra


def open_file(path: str, mode: str = "r") -> IO[Any]:
    """Opens a file; text is UTF-8, as it stands, line ends included.

    Args:
        path: a local path, or a URI that TensorFlow can open.
        mode: as of `open`.

    Raises:
        FileNotFoundError: there is no such local file.
    """
    if _is_uri(path):
        opened: IO[Any] = _gfile(path).GFile(path, mode)
        return opened
    if "b" in mode:
        return open(path, mode)
    return open(path, mode, encoding="utf-8", newline="")


def read_text(path: str) -> str:
    """The text of a file."""
    with open_file(path) as file:
        text: str = file.read()
        return text


def write_text(path: str, text: str) -> None:
    """Writes a text file; its folder is made where it is missing."""
    makedirs(os.path.dirname(path) or ".")
    with open_file(path, "w") as file:
        file.write(text)


def exists(path: str) -> bool:
    """Whether there is such a file or folder."""
    return bool(_gfile(path).exists(path)) if _is_uri(path) else os.path.exists(path)


def is_directory(path: str) -> bool:
    """Whether there is such a folder."""
    return bool(_gfile(path).isdir(path)) if _is_uri(path) else os.path.isdir(path)


def names_in(directory: str) -> list[str]:
    """The names of what lies in a folder, sorted."""
    if _is_uri(directory):
        return sorted(name.rstrip("/") for name in _gfile(directory).listdir(directory))
    return sorted(os.listdir(directory))


def matching(pattern: str) -> list[str]:
    """The paths that match a pattern with `*` and `?`, sorted."""
    if _is_uri(pattern):
        return sorted(_gfile(pattern).glob(pattern))
    return sorted(local_glob.glob(pattern))


def makedirs(directory: str) -> None:
    """Makes a folder with all above it, where it is missing."""
    if _is_uri(directory):
        _gfile(directory).makedirs(directory)
    else:
        os.makedirs(directory, exist_ok=True)


def _is_uri(path: str) -> bool:
    return "://" in path


def _gfile(path: str) -> Any:
    with named_extra(f"opening {path}"):
        import tensorflow as tf
    return tf.io.gfile
