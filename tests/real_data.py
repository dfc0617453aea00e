"""Finds the real review data that lies beside the checkout and is never committed."""

import os
from pathlib import Path

import pytest

VARIABLE = "LMMREC_DATA"


def data_directory() -> Path:
    """The folder of the data sets: `$LMMREC_DATA`, or `../shared/data` beside the checkout."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get(VARIABLE, default))


def require_data(*parts: str) -> Path:
    """The path of a data file; skips the test where it is absent."""
    path = data_directory().joinpath(*parts)
    if not path.exists():
        pytest.skip(f"real data not found at {path}; set {VARIABLE} to the folder that holds it")
    return path
