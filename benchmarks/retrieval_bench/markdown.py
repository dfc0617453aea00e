"""Markdown tables."""

from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table.

    >>> print(table(["", "ndcg@20"], [["ease", "0.1250"]]))
    |  | ndcg@20 |
    |---|---|
    | ease | 0.1250 |
    """
    lines = [f"| {' | '.join(row)} |" for row in (header, *rows)]
    return "\n".join([lines[0], "|---" * len(header) + "|", *lines[1:]])


def number(value: float | None, form: str = ".4f") -> str:
    """A number in a cell; a hyphen where there is none.

    >>> number(0.12345), number(None)
    ('0.1235', '-')
    """
    return "-" if value is None else format(value, form)


def probability(value: float | None) -> str:
    """A p-value in a cell; a hyphen where there is none.

    >>> probability(0.0302), probability(0.00012), probability(None)
    ('0.030', '0.0001', '-')
    """
    return number(value, ".3f" if value is None or value >= 0.01 else ".4f")
