"""Names of accounts: "@name", and what stands beside the name of a social network."""

import re
from collections.abc import Iterator

from lmmrec_tfrs.privacy.config import Kind
from lmmrec_tfrs.privacy.detectors.anchors import occurrences, word_set

_AT = re.compile(
    r"(?<![\w@.#])@(?=[\w.-]*[^\W\d_])(?!\d+(?:fps|p|k|hz|x|am|pm|v|ghz|mhz|gb|ft|mph)\b)"
    r"\w[\w.-]{1,29}(?<!\.)",
    re.IGNORECASE,
)
# "@" for "at".
_AT_WORDS = word_set(
    "the home work night first last least all any my this that school times about a an it its "
    "noon midnight max min ultra high low medium full half launch release once"
)
_NUMBERED = re.compile(r"(?<![\w#&])[^\W\d][\w.]{1,31}#\d{4}\b")
_REDDIT = re.compile(r"(?<![\w/])/?u/([\w-]{3,20})\b")

_NETWORKS = word_set(
    "ig insta instagram twitter tiktok snap snapchat telegram skype discord twitch psn gamertag "
    "venmo kik wechat soundcloud bandcamp cashapp reddit username"
)
# Things that one also owns and judges: "my steam is slow".
_OWNED = ("steam", "xbox", "xbox live", "facebook", "fb", "youtube", "paypal", "origin", "uplay")
_NOUN = r" (?:id|name|handle|user ?name|nick(?:name)?|tag|gamer ?tag|account|page|channel)\b"
_PERSONAL_NOUN = r" (?:id|name|handle|user ?name|nick(?:name)?|tag|gamer ?tag)\b"
_TARGET = r"[\"'(]?@?([^\W_](?:[\w.#-]{0,30}\w)?)"
_LINK = r" ?(?:is\b|'s\b|:|=)[ :]{0,2}"
_COLON = re.compile(rf"(?:{_NOUN})? ?[:=] ?{_TARGET}", re.I)
_IS = re.compile(rf"(?:{_NOUN})?{_LINK}{_TARGET}", re.I)
_IS_NAMED = re.compile(rf"(?:{_PERSONAL_NOUN}){_LINK}{_TARGET}", re.I)
_AS = re.compile(rf"(?:{_NOUN})?,? (?:as|under|at|by|called|is) {_TARGET}", re.I)
_BESIDE = re.compile(rf"(?:{_NOUN})? (?=\w{{0,20}}[\d_])(?=[\w.]{{4}}){_TARGET}(?![\w/])", re.I)
_MINE = re.compile(r"\b(?:my|me on|minha|mein) $", re.I)
_BEFORE = re.compile(rf"\b(?:follow|add|i'm|i am|me|go by|as) {_TARGET} (?:on|at) (?:my )?$", re.I)
_BEFORE_WINDOW = 56
# Digits, signs or capitals inside: no ordinary word.
_UNLIKE_A_WORD = re.compile(
    r"(?=.*[^\W\d_])(?:.*[\d_#]|.*[a-z]\.[a-z]|[a-z]+[A-Z]|[A-Z][a-z]+[A-Z][a-z]+[A-Z])"
)
_ORDINARY = word_set(
    "a an the not my so very too now here down up out off on in at to it and or but is was are "
    "broken private public great good bad better best awesome terrible free full empty slow fast "
    "dead fun also required needed available optional still just really where how why what who "
    "no yes only below above bugged working fixed integration support server servers link login "
    "account name id channel page chat call group i we you they he she this that if for from with "
    "steam xbox facebook youtube twitter discord skype twitch instagram reddit"
)


class HandleDetector:
    """Finds names of accounts.

    >>> sorted(set(HandleDetector().find("@janed, or my IG is jane.doe; 100 @ 60fps")))
    [(0, 6), (20, 28)]
    """

    kind: Kind = "handle"

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields (start, end) of each name."""
        if "@" in text:
            for match in _AT.finditer(text):
                if match.group()[1:].lower() not in _AT_WORDS:
                    yield match.span()
        if "#" in text:
            yield from (match.span() for match in _NUMBERED.finditer(text))
        if "u/" in text:
            yield from (match.span(1) for match in _REDDIT.finditer(text))
        yield from _beside_networks(text)


def _beside_networks(text: str) -> Iterator[tuple[int, int]]:
    lowered = text.lower()
    for start, end in occurrences(lowered, _NETWORKS):
        mine = _is_mine(text, start)
        # An ordinary word may be a name after "my IG is" and after a colon; not after "twitch is".
        named = (_IS if mine else _COLON).match(text, end)
        if named and named.group(1).lower() not in _ORDINARY:
            yield named.span(1)
        yield from _unlike_words(
            _IS.match(text, end),
            _AS.match(text, end),
            _BESIDE.match(text, end),
            _before(text, start),
        )
    for start, end in occurrences(lowered, _OWNED):
        named = (_COLON if _is_mine(text, start) else _IS_NAMED).match(text, end)
        if named and named.group(1).lower() not in _ORDINARY:
            yield named.span(1)
        yield from _unlike_words(_IS.match(text, end), _before(text, start))


def _is_mine(text: str, start: int) -> bool:
    return _MINE.search(text, max(0, start - _BEFORE_WINDOW), start) is not None


def _before(text: str, start: int) -> re.Match[str] | None:
    return _BEFORE.search(text, max(0, start - _BEFORE_WINDOW), start)


def _unlike_words(*matches: re.Match[str] | None) -> Iterator[tuple[int, int]]:
    for match in matches:
        if match and _UNLIKE_A_WORD.match(match.group(1)):
            yield match.span(1)
