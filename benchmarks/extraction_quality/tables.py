"""Markdown tables with intervals."""

import dataclasses
from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class Estimate:
    """A figure and the 95% interval around it."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    @property
    def signed(self) -> str:
        """The same, as a difference."""
        return f"{self.value:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table.

    >>> print(table(["", "accuracy"], [["majority", 0.25]]))
    |  | accuracy |
    |---|---|
    | majority | 0.250 |
    """
    lines = [header, *([_cell(cell) for cell in row] for row in rows)]
    formatted = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([formatted[0], "|---" * len(header) + "|", *formatted[1:]])


def _cell(cell: object) -> str:
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)
