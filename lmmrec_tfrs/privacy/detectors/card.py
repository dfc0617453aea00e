"""Numbers of payment cards: 13 to 19 digits of a card's issuer, with a right check digit."""

import re
from collections.abc import Iterator

from stdnum import luhn

from lmmrec_tfrs.privacy.config import Kind
from lmmrec_tfrs.privacy.detectors.digits import has_long_run, only_digits, windows

# The same sign between all groups, or none.
_CANDIDATE = re.compile(
    r"(?<![\w,])(?<!\d[.-])(?:\d{1,19}([ .-])\d{1,19}(?:\1\d{1,19}){0,18}|\d{13,19})(?!\w)"
)
# First digits and lengths (ISO/IEC 7812) of the large issuers.
_ISSUER = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|5[1-5]\d{14}|2[2-7]\d{14}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11}"  # Diners Club
    r"|35\d{14}|(?:2131|1800)\d{11}"  # JCB
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12}"  # Discover
    r"|62\d{14,17}"  # UnionPay
    r"|(?:5[06-8]|6[37])\d{10,17}"  # Maestro
)
_MIN_DISTINCT = 2


class CardDetector:
    """Finds card numbers.

    >>> list(CardDetector().find("card 4111 1111 1111 1111 expired"))
    [(5, 24)]
    """

    kind: Kind = "card"

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields (start, end) of each number."""
        if not has_long_run(text):
            return
        for match in _CANDIDATE.finditer(text):
            for start, end in windows(text, *match.span()):
                if _is_card(only_digits(text[start:end])):
                    yield start, end
                    break


def _is_card(digits: str) -> bool:
    return (
        _ISSUER.fullmatch(digits) is not None
        and len(set(digits)) >= _MIN_DISTINCT
        and bool(luhn.is_valid(digits))
    )
