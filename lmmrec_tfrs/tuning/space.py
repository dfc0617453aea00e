"""Checks a search space against the configuration that it searches around."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.tuning.config import SearchDimension, Value
from lmmrec_tfrs.tuning.overlay import overlay, setting

# With another cut of the NDCG, or other seeds, scores of trials could not be compared.
_NOT_SEARCHABLE = ("validation_k", "seed")


def checked_space(
    config: TrainingConfig, space: Mapping[str, SearchDimension]
) -> dict[str, SearchDimension]:
    """Validates every bound and value as the configuration's own setting would be.

    Args:
        config: the configuration around which is searched.
        space: what is searched, by dotted name.

    Returns:
        The space with values of the settings' own types: 1 for a float setting becomes 1.0.

    Raises:
        ValueError: a setting does not exist or cannot be searched, or a value is not allowed.

    Example:

    >>> checked_space(TrainingConfig(), {"dropout": SearchDimension(min=0, max=0.5)})["dropout"].min
    0.0
    """
    return {name: _checked(config, name, dimension) for name, dimension in space.items()}


def starting_values(
    config: TrainingConfig, space: Mapping[str, SearchDimension]
) -> dict[str, Value] | None:
    """The configuration's own values, or None where one lies outside the space.

    Args:
        config: the configuration around which is searched.
        space: what `checked_space` returned.

    Returns:
        Values by dotted name.
    """
    values = {name: setting(config, name) for name in space}
    inside = all(_contains(space[name], value) for name, value in values.items())
    return values if inside else None


def _checked(config: TrainingConfig, name: str, dimension: SearchDimension) -> SearchDimension:
    if name in _NOT_SEARCHABLE:
        raise ValueError(
            f"tuning.space: '{name}' cannot be searched, for trials are compared under one value "
            "of it: set it in the training section."
        )
    if dimension.values:
        values = tuple(_validated(config, name, value) for value in dimension.values)
        if len({type(value) for value in values}) > 1:
            raise ValueError(
                f"tuning.space.{name}: expected values of one type, received {list(values)}."
            )
        return dimension.model_copy(update={"values": values})
    bounds = {key: _validated(config, name, getattr(dimension, key)) for key in ("min", "max")}
    if not all(type(bound) in (int, float) for bound in bounds.values()):
        raise ValueError(
            f"tuning.space.{name}: expected values, for the setting is no number; received min "
            f"{dimension.min}, max {dimension.max}."
        )
    return dimension.model_copy(update=bounds)


def _validated(config: TrainingConfig, name: str, value: Any) -> Any:
    try:
        return setting(overlay(config, {name: value}), name)
    except ValidationError as error:
        reasons = "; ".join(item["msg"].removeprefix("Value error, ") for item in error.errors())
        raise ValueError(f"tuning.space.{name}: {value} is not allowed: {reasons}.") from None
    except ValueError as error:
        raise ValueError(f"tuning.space: {error}") from None


def _contains(dimension: SearchDimension, value: Any) -> bool:
    if dimension.values:
        return value in dimension.values
    if dimension.min is None or dimension.max is None or type(value) not in (int, float):
        return False
    return dimension.min <= value <= dimension.max
