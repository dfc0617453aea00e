"""The base of every configuration object: frozen, validated, and strict about keys."""

import difflib
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class FrozenConfig(BaseModel):
    """A frozen pydantic model that refuses unknown keys and names the nearest known one.

    Example:

    >>> class Training(FrozenConfig):
    ...     learning_rate: float = 0.1
    >>> Training(learning_rate=0.2).learning_rate
    0.2
    >>> Training(learning_rat=0.2)
    Traceback (most recent call last):
    ...
    pydantic_core._pydantic_core.ValidationError: 1 validation error for Training
      Value error, unknown key 'learning_rat' in Training: did you mean 'learning_rate'? ...
    """

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        known = list(cls.model_fields)
        for key in values:
            if key in known:
                continue
            nearest = difflib.get_close_matches(str(key), known, n=1, cutoff=0.5)
            hint = f"did you mean '{nearest[0]}'?" if nearest else "there is none like it."
            raise ValueError(
                f"unknown key '{key}' in {cls.__name__}: {hint} Known keys: {', '.join(known)}."
            )
        return values
