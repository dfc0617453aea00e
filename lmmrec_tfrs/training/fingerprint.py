"""A digest of data, to tell whether a checkpoint belongs to it."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def fingerprint(value: Any) -> str:
    """The SHA-256 of a dataclass, with all arrays and sequences in it.

    Raises:
        TypeError: something in it is of a kind that has no fixed form.

    >>> fingerprint(np.arange(3)) == fingerprint(np.arange(3))
    True
    >>> fingerprint(np.arange(3)) == fingerprint(np.arange(3.0))
    False
    """
    digest = hashlib.sha256()
    _add(digest, value)
    return digest.hexdigest()


def _add(digest: Any, value: Any) -> None:
    """Adds a value with its type and size, so that no two values look alike."""
    digest.update(f"{type(value).__name__}:".encode())
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        encoded = value if isinstance(value, bytes) else str(value).encode()
        digest.update(f"{len(encoded)}:".encode())
        digest.update(encoded)
    elif isinstance(value, np.ndarray):
        digest.update(f"{value.dtype.str}{value.shape}".encode())
        digest.update(np.ascontiguousarray(value).data)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            _add(digest, field.name)
            _add(digest, getattr(value, field.name))
    elif isinstance(value, Mapping):
        digest.update(f"{len(value)}:".encode())
        for key, entry in value.items():
            _add(digest, key)
            _add(digest, entry)
    elif isinstance(value, Sequence):
        digest.update(f"{len(value)}:".encode())
        for entry in value:
            _add(digest, entry)
    else:
        raise TypeError(
            "expected dataclasses, arrays, sequences, mappings, strings and numbers, received "
            f"{type(value).__name__}: its digest would not say whether the data are the same."
        )
