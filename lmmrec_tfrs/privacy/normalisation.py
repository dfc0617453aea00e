"""A plainer spelling of a text, for the detectors to look at."""

import re
from dataclasses import dataclass

# One character for one, so that positions stay: digits and signs of full width, the many spaces
# and dashes of Unicode, curly apostrophes.
_PLAIN = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys("\u00a0\u2002\u2003\u2007\u2008\u2009\u202f\u3000", " ")
    | dict.fromkeys("\u2010\u2011\u2012\u2212", "-")
    | dict.fromkeys("\u2018\u2019", "'")
    | {"\ufe6b": "@", "\u2024": "."}
    | {"\u0130": "I"}  # the one letter that is two when made small
)
# Characters that are not seen: used to slip an address past a filter, or left by an editor.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@dataclass(frozen=True)
class NormalisedText:
    """A plainly spelt text.

    Attributes:
        text: the plain spelling.
        offsets: for each of its characters the position in the original; None where they agree.
    """

    text: str
    offsets: tuple[int, ...] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters `start` to `end` of the plain text are in the original."""
        if self.offsets is None or start >= end:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


def normalise(text: str) -> NormalisedText:
    """Spells a text plainly.

    >>> normalise("call\\u00a0me").text
    'call me'
    """
    if text.isascii():
        return NormalisedText(text)
    plain = text.translate(_PLAIN)
    if not _INVISIBLE.search(plain):
        return NormalisedText(plain)
    offsets = tuple(i for i, char in enumerate(plain) if not _INVISIBLE.match(char))
    return NormalisedText("".join(plain[i] for i in offsets), offsets)
