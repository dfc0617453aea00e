"""Settings of a nested configuration, read and replaced by dotted names."""

import difflib
from collections.abc import Mapping
from typing import Any, TypeVar

from lmmrec_tfrs.configuration import FrozenConfig

Config = TypeVar("Config", bound=FrozenConfig)


def setting_names(config: FrozenConfig) -> list[str]:
    """The dotted names of all settings, in order.

    Sections that are not there, being None or another choice than the one made, have none.

    Example:

    >>> class Section(FrozenConfig):
    ...     layers: int = 2
    >>> class Outer(FrozenConfig):
    ...     rate: float = 0.1
    ...     section: Section = Section()
    >>> setting_names(Outer())
    ['rate', 'section.layers']
    """
    return list(_leaves(config.model_dump(), ""))


def overlay(config: Config, values: Mapping[str, Any]) -> Config:
    """The configuration with some settings replaced, and validated anew.

    Args:
        config: the configuration; it stays as it is.
        values: the new values by dotted name.

    Returns:
        Another configuration of the same class.

    Raises:
        ValueError: there is no such setting, or the values are not allowed (pydantic's
            ValidationError).
    """
    nested = config.model_dump()
    for name, value in values.items():
        refuse_unknown(config, name)
        *sections, key = name.split(".")
        target = nested
        for section in sections:
            target = target[section]
        target[key] = value
    return type(config).model_validate(nested)


def setting(config: FrozenConfig, name: str) -> Any:
    """The value of one setting.

    Raises:
        ValueError: there is no such setting.
    """
    refuse_unknown(config, name)
    return _leaves(config.model_dump(), "")[name]


def refuse_unknown(config: FrozenConfig, name: str) -> None:
    """Raises ValueError, naming the nearest setting, where there is none of this name."""
    known = setting_names(config)
    if name in known:
        return
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean '{nearest[0]}'?" if nearest else f"known are {', '.join(known)}."
    raise ValueError(f"expected a setting of {type(config).__name__}, received '{name}': {hint}")


def _leaves(nested: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    leaves: dict[str, Any] = {}
    for key, value in nested.items():
        if isinstance(value, dict):
            leaves.update(_leaves(value, f"{prefix}{key}."))
        else:
            leaves[f"{prefix}{key}"] = value
    return leaves
