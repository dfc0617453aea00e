"""Files that are either whole or not there."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np


def write_json(path: Path, document: Any) -> None:
    """Writes JSON, replacing what is there in one step."""
    text = json.dumps(document, indent=2, sort_keys=True) + "\n"
    write_file(path, lambda file: file.write(text.encode("utf-8")))


def write_text(path: Path, text: str) -> None:
    """Writes text, likewise."""
    write_file(path, lambda file: file.write(text.encode("utf-8")))


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Writes compressed arrays, likewise."""
    # numpy's stubs take keyword arguments for its own options.
    write_file(path, lambda file: np.savez_compressed(file, **arrays))  # type: ignore[arg-type]


def write_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Writes whatever a function writes into the open file, likewise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            write(file)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
