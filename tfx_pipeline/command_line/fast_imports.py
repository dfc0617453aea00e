"""Importing TensorFlow, Beam and TFX without the waits that can be avoided."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from lmmrec_tfrs.extras import named_extra


@contextmanager
def fast_imports(purpose: str, extra: str) -> Iterator[None]:
    """Imports within the block are not interrupted by looks for garbage, of which there is none.

    What TensorFlow and TFX make when they are imported stays until the process ends; Python's
    collector would look through all of it again and again, a fifth of the time.

    Args:
        purpose: what is imported for, for the error where a package is not installed.
        extra: the extra of the installation that brings all of it.

    Raises:
        MissingExtraError: a package of an extra is not installed.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        with named_extra(purpose, extra):
            yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
