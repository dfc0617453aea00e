"""Public names of a package that are loaded when they are first used (PEP 562)."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def lazy_names(package: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """A package's `__getattr__`.

    Args:
        package: the package's name.
        modules: by public name, the module that defines it, below the package.

    Returns:
        A function that loads the module of a name and returns what the name stands for; it raises
        AttributeError for any other name.

    >>> lazy_names("lmmrec_tfrs", {"TrainingConfig": "training.config"})("TrainingConfig").__name__
    'TrainingConfig'
    """

    def load(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        return getattr(importlib.import_module(f"{package}.{modules[name]}"), name)

    return load
