"""What the detectors of numbers share."""

import re
from collections.abc import Iterator

# Seven digits with little between them: no shorter run is anybody's number.
_LONG_RUN = re.compile(r"\d(?:\W{0,3}\d){6}")

_GROUP = re.compile(r"[+(]{0,2}\d+")
_MAX_DROPPED = 4


def has_long_run(text: str) -> bool:
    """Whether a text has so many digits in a row that they could be somebody's number.

    >>> has_long_run("call 555 0100"), has_long_run("10/10, best game of 2015")
    (True, False)
    """
    return _LONG_RUN.search(text) is not None


def only_digits(text: str) -> str:
    """The digits of a text.

    >>> only_digits("555-0100")
    '5550100'
    """
    return "".join(char for char in text if char.isdigit())


def windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The runs of whole groups within `start` to `end`, the longest first.

    A number may have others beside it ("2015 (212) 555-0147 10"): a few groups on both sides
    are left out in turn.

    >>> list(windows("12 345", 0, 6))
    [(0, 6), (3, 6), (0, 2)]
    """
    groups = [(start + m.start(), start + m.end()) for m in _GROUP.finditer(text[start:end])]
    bounds = [
        (groups[first][0], groups[last][1])
        for first in range(min(len(groups), _MAX_DROPPED + 1))
        for last in range(max(first, len(groups) - 1 - _MAX_DROPPED), len(groups))
    ]
    yield from sorted(bounds, key=lambda bound: (bound[0] - bound[1], -bound[0]))
