"""Postal addresses: a house number and a street, with what follows of town and postal code."""

import re
from collections.abc import Iterator

from lmmrec_tfrs.privacy.config import Kind
from lmmrec_tfrs.privacy.detectors import address_continental as continental
from lmmrec_tfrs.privacy.detectors import address_english as english

_DIGIT = re.compile(r"\d")
# The patterns that start with a number need no further hint, as numbers are rare; the others are
# tried where one of their words stands.
_NUMBER_FIRST = (english.STREET, english.PRECISE, continental.FRENCH)
_GERMAN = ("straße", "strasse", "str.", "allee", "gasse", "platz", "weg", "ring")
_GERMAN_WITH_TOWN = (
    "am ", "im ", "an de", "auf de", "zum ", "zur ", "den ", "in der", "ring ", "damm ", "ufer ",
    "berg ", "hof ",
)  # fmt: skip
_ITALIAN = (
    "via", "piazz", "corso", "vicolo", "largo", "strada", "borgo", "contrada", "rotonda", "salita",
    "lungo",
)  # fmt: skip
_SPANISH = (
    "calle", "c/", "avenida", "avda", "av.", "paseo", "plaza", "ronda", "carrer", "camino",
    "travesía", "pasaje", "cuesta", "rambla", "glorieta", "vial", "alameda", "callejón",
)  # fmt: skip
_SMALL_STREET = (
    "street", "avenue", "boulevard", "road", "lane", "terrace", "crescent", " st", " ave", " blvd",
    " rd", " ln",
)  # fmt: skip
_WORD_FIRST = (
    (("box", "postfach", "postale", "apartado"), english.BOX),
    (_GERMAN, continental.GERMAN),
    (_GERMAN_WITH_TOWN, continental.GERMAN_WITH_TOWN),
    (_ITALIAN, continental.ITALIAN),
    (_SPANISH, continental.SPANISH),
)


class AddressDetector:
    """Finds postal addresses.

    >>> sorted(set(AddressDetector().find("I live at 12 Elm Street, Leeds LS6 2AB.")))
    [(10, 38)]
    """

    kind: Kind = "address"

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields (start, end) of each address."""
        if not _DIGIT.search(text):
            return
        lowered = text.lower()
        patterns = list(_NUMBER_FIRST)
        patterns += [
            pattern for words, pattern in _WORD_FIRST if any(word in lowered for word in words)
        ]
        for pattern in patterns:
            yield from (match.span() for match in pattern.finditer(text))
        if not any(word in lowered for word in _SMALL_STREET):
            return
        for match in english.SMALL_STREET.finditer(text):
            window = max(0, match.start() - english.CUE_WINDOW)
            if english.SMALL_STREET_CUE.search(text, window, match.start()):
                yield match.span()
