"""Public names of a package that are loaded when they are first used (PEP 562)."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from lmmrec_tfrs.extras import named_extra


def lazy_names(
    package: str, modules: Mapping[str, str], extra: str | None = None
) -> Callable[[str], Any]:
    """A package's `__getattr__`.

    Args:
        package: the package's name.
        modules: by public name, the module that defines it, below the package.
        extra: the extra that the modules need, for the error where it is not installed.

    Returns:
        A function that loads the module of a name and returns what the name stands for; it raises
        AttributeError for any other name, MissingExtraError where a package is not installed.

    >>> lazy_names("lmmrec_tfrs", {"TrainingConfig": "training.config"})("TrainingConfig").__name__
    'TrainingConfig'
    """

    def load(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        with named_extra(f"{package}.{name}", extra):
            return getattr(importlib.import_module(f"{package}.{modules[name]}"), name)

    return load
