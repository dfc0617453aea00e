"""Names of people where they sign or introduce themselves."""

import re
from collections.abc import Iterator

from lmmrec_tfrs.privacy.config import Kind
from lmmrec_tfrs.privacy.detectors.anchors import occurrences, word_set
from lmmrec_tfrs.privacy.detectors.given_names import is_given_name_only, starts_with_given_name

_WORD = r"[A-Z\u00c0-\u00de\u0100-\u017f](?:[\w'\u00df-\u024f-]*\w)?"
_TITLE = r"(?:(?:Dr|Mr|Mrs|Ms|Prof|Rev|Herr|Frau|Mme|Sig|Dott|Sra?)\.? ){0,2}"
_INITIAL = r"[A-Z]\."
_NAME = (
    rf"{_TITLE}(?:{_WORD}|{_INITIAL})"
    rf"(?: (?:(?:de|del|da|dos|van|von|der|la|di|al|y) ){{0,2}}(?:{_INITIAL}|{_WORD})){{0,3}}"
)
# Formulas that only end letters: any name follows.
_FORMAL = (
    "regards", "best wishes", "kind wishes", "warm wishes", "sincerely", "yours truly",
    "yours faithfully", "respectfully", "grüßen", "grüße", "gruß", "grüsse", "gruessen",
    "cordialement", "bien à vous", "saluti", "un saluto", "saludos", "atentamente", "un abrazo",
    "signed", "reviewed by", "review by",
)  # fmt: skip
_SIGNED = re.compile(
    r"(?i: yours| cordiales)?(?:,? (?i:an?|your|the) [a-z ]{3,40})?"
    rf"(?P<separator>[ ,.!:;\n\r~-]{{1,4}})(?P<name>{_NAME})"
)
# Formulas that end sentences too ("Thanks, Amazon"): only a known given name follows.
_FRIENDLY = ("thanks", "thank you", "thx", "cheers", "xoxo", "xo", "merci", "gracias", "grazie")
_THANKED = re.compile(
    rf"(?i: again| so much| very much)?[ ,.!:;\n~-]{{1,4}}(?P<name>{_NAME})(?=\s*(?:$|[.,!()\n]))"
)
# Ordinary words that end letters at times: a comma or the like must follow.
_WARM = ("love", "best", "take care", "peace", "danke", "ciao", "hugs", "yours")
_WARMLY = re.compile(rf"[,!\n~-][ \n~-]{{0,2}}(?P<name>{_NAME})(?=\s*(?:$|[.!\n]))")
_INTRODUCTIONS = (
    "my name is", "my name's", "i am called", "ich heiße", "ich heisse", "mein name ist",
    "je m'appelle", "mon nom est", "mi chiamo", "me llamo", "mi nombre es",
)  # fmt: skip
_INTRODUCED = re.compile(rf"(?P<separator> )(?P<name>{_NAME})")
_SMALL = re.compile(r" (?P<name>[^\W\d_][\w'-]{1,20})")
_CLAIMS = ("i'm", "i am", "this is")
_CLAIMED = re.compile(rf" (?P<name>{_NAME})(?=,| (?:from|here|and)\b)")
# The end of a text: "- John", and "thanks, jane" in small letters.
_END_WINDOW = 64
_WORD_WINDOW = 24
_DASHES = ("-", "\u2013", "\u2014", "~")
_DASHED = re.compile(
    rf"(?:^|\s|[.!?)'])(?<![\"\u201d] )[-\u2013\u2014~]{{1,3}} ?(?P<name>{_NAME})[.!]?\s*$"
)
# At the very end, after a full stop and a dash or after "Thanks," any capitalised name signs.
_PROPER = r"[A-Z\u00c0-\u00de][a-z\u00df-\u024f'-]+"
_THANKS = "|".join((*_FRIENDLY, "take care", "hugs"))
_SIGNED_OFF = re.compile(
    rf"(?:[.!?)] ?[-\u2013\u2014~]{{1,2}} ?|\b(?i:{_THANKS})[,\n] ?)"
    rf"(?P<name>{_PROPER}(?: (?:de |van |von )?{_PROPER}){{0,2}})[.!]?\s*$"
)
_LAST_WORD = re.compile(r"(?<=[,!. \n-])(?P<name>[^\W\d_][\w'-]{1,20})[.!]?\s*$")
_CLOSING = re.compile(rf"\b(?:{'|'.join((*_FORMAL, *_FRIENDLY, *_WARM))})[,!.\n-]{{1,2}}\s?$")
_NOT_NAMES = word_set(
    "a an the this that it its i my me you your we our they he she and or but so if in on at to "
    "for from with of by as all both very great good best nice overall highly would will not no "
    "yes ok pros con cons update edit note now then also just still well god lord everyone "
    "everybody guys team amazon valve steam fender gibson ubisoft ea bethesda blizzard british "
    "airways dev devs developers seller up off in "
    "guitar center music buy recommended none never thanks thank enjoy cheers peace love"
)

_BREAKS = word_set("and or but i it the this that my we you")


class NameDetector:
    """Finds names in signatures and introductions.

    >>> list(NameDetector().find("Great. Best regards, Jane Doe"))
    [(21, 29)]
    """

    kind: Kind = "name"

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields (start, end) of each name."""
        lowered = text.lower()
        for match in _after(text, lowered, _FORMAL, _SIGNED):
            # After a full stop the next sentence may begin: only a known name will do.
            if "." not in match["separator"] or starts_with_given_name(match["name"]):
                yield from _trimmed(match)
        for match in _after(text, lowered, _INTRODUCTIONS, _INTRODUCED):
            yield from _trimmed(match)
        for words, pattern in ((_FRIENDLY, _THANKED), (_WARM, _WARMLY), (_CLAIMS, _CLAIMED)):
            for match in _after(text, lowered, words, pattern):
                if starts_with_given_name(match["name"]):
                    yield from _trimmed(match)
        for match in _after(text, lowered, _INTRODUCTIONS, _SMALL):
            if is_given_name_only(match["name"]):
                yield match.span("name")
        yield from _at_end(text, lowered)


def _after(
    text: str, lowered: str, words: tuple[str, ...], pattern: re.Pattern[str]
) -> Iterator[re.Match[str]]:
    for _, end in occurrences(lowered, words):
        match = pattern.match(text, end)
        if match:
            yield match


def _at_end(text: str, lowered: str) -> Iterator[tuple[int, int]]:
    window = max(0, len(text) - _END_WINDOW)
    has_dash = any(dash in text[window:] for dash in _DASHES)
    match = _DASHED.search(text, window) if has_dash else None
    if match and starts_with_given_name(match["name"]):
        yield from _trimmed(match)
    match = _SIGNED_OFF.search(text, window)
    if match and match["name"].split()[0].lower() not in _NOT_NAMES:
        yield from _trimmed(match)
    match = _LAST_WORD.search(text, max(0, len(text) - _WORD_WINDOW))
    if (
        match
        and is_given_name_only(match["name"])
        and _CLOSING.search(lowered, window, match.start("name"))
    ):
        yield match.span("name")


def _trimmed(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The name up to the first word that cannot be of a name, unless that is its first."""
    start, _ = match.span("name")
    end = start
    for word in re.finditer(r"\S+", match["name"]):
        plain = word.group().lower().strip(".'")
        if plain in (_BREAKS if word.start() else _NOT_NAMES):
            break
        end = start + word.end()
    if end - start > 1:
        yield start, end
