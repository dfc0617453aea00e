"""The names of the strategies, without loading any."""

import re

# A strategy is named here and lies in the file of its name.
SHIPPED = ("encode", "generate", "precomputed", "score")
_ELSEWHERE = re.compile(r"[\w.]+:\w+")


def class_path(name: str) -> tuple[str, str]:
    """The module and the class of a strategy: a shipped one's name, or `module:Class`.

    Raises:
        ValueError: there is no such strategy.

    >>> class_path("encode")
    ('lmmrec_tfrs.motivation.strategies.encode', 'Encode')
    >>> class_path("my_shop.reading:Keywords")
    ('my_shop.reading', 'Keywords')
    """
    if name in SHIPPED:
        return f"lmmrec_tfrs.motivation.strategies.{name}", name.title()
    if _ELSEWHERE.fullmatch(name):
        module, _, of_module = name.partition(":")
        return module, of_module
    raise ValueError(
        f"expected a strategy ({', '.join(SHIPPED)}) or one's own as module:Class, received "
        f"'{name}'."
    )
