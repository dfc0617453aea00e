"""Puts the short tables into pages of the documentation, so that nobody copies figures by hand."""

import re
from collections.abc import Mapping

# A comment with the table's name, and the lines of the table that stands there, if one does.
_PLACE = re.compile(r"^(<!-- benchmark table: (\S+) -->\n)(?:\|.*\n)*", re.MULTILINE)


def filled(page: str, tables: Mapping[str, str]) -> str:
    """The page with the tables in their places.

    Args:
        page: Markdown; `<!-- benchmark table: <name> -->` on a line of its own is a place.
        tables: Markdown by name. A page need not have a place for each.

    Raises:
        ValueError: the page has no place, or one for a table that there is not.

    >>> filled("<!-- benchmark table: a -->\\n| old |\\nWords.\\n", {"a": "| new |"})
    '<!-- benchmark table: a -->\\n| new |\\nWords.\\n'
    """
    places = [name for _, name in _PLACE.findall(page)]
    if not places:
        raise ValueError(
            "expected a place for a table, a line <!-- benchmark table: NAME -->, in the page, "
            "found none."
        )
    for name in places:
        if not tables.get(name):
            raise ValueError(
                f"expected a table for the place '{name}' of the page, found none of that name: "
                f"there are {', '.join(sorted(each for each in tables if tables[each]))}."
            )
    return _PLACE.sub(lambda place: f"{place[1]}{tables[place[2]]}\n", page)
