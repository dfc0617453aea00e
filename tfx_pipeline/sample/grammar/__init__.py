"""Reads the sample's grammar: sentences, slots and the house's range, from the YAML beside it."""

import functools
from pathlib import Path
from typing import Any

import yaml


@functools.cache
def load(name: str) -> dict[str, Any]:
    """Loads `<name>.yaml` of this folder, once a process: callers must not change it.

    Example:

    >>> len(load("motivations"))
    20
    """
    path = Path(__file__).with_name(f"{name}.yaml")
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def lines(text: str) -> tuple[str, ...]:
    """Splits a block of one sentence a line.

    Example:

    >>> lines("love it\\nso good\\n")
    ('love it', 'so good')
    """
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def load_lines(name: str) -> dict[str, tuple[str, ...]]:
    """Loads a file whose values are all blocks of one sentence a line."""
    return {key: lines(block) for key, block in load(name).items()}


def motivation_names() -> tuple[str, ...]:
    """The names of the planted motivations, in the grammar's order."""
    return tuple(load("motivations"))
