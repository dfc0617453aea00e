"""Takes the names of items out of clauses: a motivation is not about one item."""

import re
from collections.abc import Mapping

_MIN_CHARACTERS = 3
_STAND_IN = "it"
# A title's beginning before a subtitle, and without a number at its end.
_SUBTITLE = re.compile(r"\s*(?:[:(\u2013\u2014]|\s-\s).*")
_NUMBER = re.compile(r"\s+(?:\d+|[IVX]+)$")
_MARKS = re.compile(r"[\u2122\u00ae\u00a9]")


class TitleMask:
    """Replaces what a clause calls its item by "it".

    Args:
        titles: the items' titles by their ids.

    >>> TitleMask({"i": "Portal 2"}).mask("I love Portal with my brother", "i")
    'I love it with my brother'
    """

    def __init__(self, titles: Mapping[str, str]):
        self._titles = titles
        self._patterns: dict[str, re.Pattern[str] | None] = {}

    def mask(self, clause: str, item_id: str) -> str:
        """The clause without the title of its item, or the short forms of it."""
        if item_id not in self._patterns:
            self._patterns[item_id] = _pattern(self._titles.get(item_id, ""))
        pattern = self._patterns[item_id]
        return clause if pattern is None else pattern.sub(_STAND_IN, clause)


def _pattern(title: str) -> re.Pattern[str] | None:
    full = " ".join(_MARKS.sub("", title).split())
    main = _SUBTITLE.sub("", full)
    forms = {full, main, _NUMBER.sub("", full), _NUMBER.sub("", main)}
    initials = "".join(word[0] for word in re.findall(r"\w+", full))
    usable = {form for form in (*forms, initials) if len(form) >= _MIN_CHARACTERS}
    if not usable:
        return None
    longest_first = sorted(usable, key=lambda form: (-len(form), form))
    alternatives = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<!\w)(?:the\s+)?(?:{alternatives})(?!\w)", re.IGNORECASE)
