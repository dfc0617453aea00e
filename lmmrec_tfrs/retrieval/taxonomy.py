"""The names of the motivations, as the index needs them."""

from typing import Any

import yaml


def motivation_names(document: str) -> list[str]:
    """The motivations' names of a taxonomy in YAML, in order.

    Raises:
        ValueError: the document is no taxonomy.

    >>> motivation_names("name: retail\\nmotivations: [{name: gift}, {name: comfort}]")
    ['gift', 'comfort']
    """
    content: Any = yaml.safe_load(document)
    entries = content.get("motivations") if isinstance(content, dict) else None
    if not isinstance(entries, list) or not entries:
        raise ValueError(
            "expected a taxonomy, a mapping with a list 'motivations', received "
            f"{type(content).__name__}: extract the motivations again."
        )
    names = [entry.get("name") if isinstance(entry, dict) else None for entry in entries]
    wrong = [place for place, name in enumerate(names) if not isinstance(name, str) or not name]
    if wrong:
        raise ValueError(f"expected a name of each motivation, number {wrong[0]} has none.")
    return [str(name) for name in names]
