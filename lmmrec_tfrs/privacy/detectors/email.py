"""E-mail addresses, also spelt out as "jane (at) example (dot) com"."""

import re
from collections.abc import Iterator

from lmmrec_tfrs.privacy.config import Kind

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_LOCAL = r"(?<![\w+%-])\w(?:[\w.!#$%&'*+/=?^`{|}~-]{0,62}[\w+-])?"
_PLAIN = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.){{1,8}}[^\W\d_]{{2,24}}")
# "at" in brackets of some sort, before any domain.
_BRACKETED_AT = r"\s{0,2}[\[({<]\s?(?:at|@)\s?[\])}>]\s{0,2}"
_DOT = r"\s{0,2}(?:\.|[\[({<]\s?(?:dot|\.)\s?[\])}>]|\sdot\s)\s{0,2}"
_BRACKETED = re.compile(
    rf"{_LOCAL}{_BRACKETED_AT}{_LABEL}(?:{_DOT}{_LABEL}){{0,4}}{_DOT}[^\W\d_]{{2,24}}\b",
    re.IGNORECASE,
)
# "at" as a word: only before a well-known provider, as in "jane at gmail dot com".
_PROVIDER = (
    r"gmail|googlemail|hotmail|outlook|live|yahoo|ymail|aol|icloud|protonmail|proton|gmx|web|"
    r"msn|comcast|verizon|btinternet|wanadoo|libero|tiscali|t-online"
)
_WORDED = re.compile(
    rf"{_LOCAL}(?: dot {_LABEL}){{0,3}}\s(?:at|@)\s(?:{_PROVIDER}){_DOT}"
    rf"(?:com|net|org|co{_DOT}uk|[a-z]{{2}})\b",
    re.IGNORECASE,
)
_WORDED_HINTS = ("gmail", "mail", "live", "yahoo", "aol", "icloud", "proton", "gmx", " dot ")


class EmailDetector:
    """Finds e-mail addresses.

    >>> list(EmailDetector().find("to jane@example.com."))
    [(3, 19)]
    >>> list(EmailDetector().find("jane at gmail dot com"))
    [(0, 21)]
    """

    kind: Kind = "email"

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields (start, end) of each address."""
        if "@" in text:
            yield from (match.span() for match in _PLAIN.finditer(text))
        lowered = text.lower()
        if "at)" in lowered or "at]" in lowered or "at}" in lowered or "@" in text:
            yield from (match.span() for match in _BRACKETED.finditer(text))
        if any(hint in lowered for hint in _WORDED_HINTS):
            yield from (match.span() for match in _WORDED.finditer(text))
