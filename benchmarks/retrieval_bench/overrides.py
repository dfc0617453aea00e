"""Settings put over a configuration, checked like the configuration itself."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from lmmrec_tfrs.configuration import FrozenConfig

Config = TypeVar("Config", bound=FrozenConfig)


def override(config: Config, settings: Mapping[str, Any], of: str) -> Config:
    """The configuration with the settings over it.

    Args:
        config: any configuration.
        settings: values by field; `section.field` reaches into a nested configuration.
        of: what the settings belong to, for the message.

    Raises:
        ValueError: there is no such field, or its value cannot be used.

    >>> from lmmrec_tfrs.training.config import TrainingConfig
    >>> override(TrainingConfig(), {"l2": 0.1}, "an example").l2
    0.1
    """
    values = config.model_dump()
    for dotted, value in settings.items():
        *sections, field = dotted.split(".")
        target = values
        for section in sections:
            if not isinstance(target.get(section), dict):
                raise ValueError(
                    f"{of} sets '{dotted}', but {type(config).__name__} has no section '{section}'."
                )
            target = target[section]
        target[field] = value
    try:
        return type(config).model_validate(values)
    except ValidationError as error:
        reasons = "; ".join(item["msg"].removeprefix("Value error, ") for item in error.errors())
        raise ValueError(f"the settings of {of} cannot be used: {reasons}") from None
