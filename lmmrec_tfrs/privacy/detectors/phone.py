"""Phone numbers, told from other numbers by libphonenumber and by the words before them."""

import re
from collections.abc import Iterator

import phonenumbers

from lmmrec_tfrs.privacy.config import Kind
from lmmrec_tfrs.privacy.detectors.digits import has_long_run, only_digits, windows

_CANDIDATE = re.compile(
    r"(?<![\w$€£#:/,])(?<!\d[.-])[+(]{0,2}\d(?:[ ()./-]{0,3}\d){6,16}(?![^\Wx]|x\D)"
)
# The North American shape, also with area codes that were never given out (555).
_NANP = re.compile(r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[ .-]\d{4}")
_NANP_ALONE = re.compile(rf"(?<![\w.$+-]){_NANP.pattern}(?![^\Wx]|-)")
_IP_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_YEARS_OR_SCORE = re.compile(r"(?:19|20)\d\d(?:\D{1,3}(?:\d{1,2}\b|(?:19|20)\d\d))|.*/\d{1,3}$")
_NOT_A_PHONE = re.compile(
    r"(?:isbn|asin|upc|ean|sku|serial|model|part|order|item|product|version|tracking|flight|"
    r"booking|reference|ref|id|code|account|ticket|case)\W{0,3}(?:no|nr|num|number|is)?\W{0,3}$"
)
_CUE_WINDOW = 32
_CUE = re.compile(
    r"\b(?:calls?(?! of)|called|phones?|tele?(?:phone|fon|fono|éfono)?|mobile|mobil|cell|text|"
    r"whats ?app|fax|dial|ring|reach|contact|hotline|number|numbers|handy|rufen?|anrufen|"
    r"nummer|appel\w*|portable|numéro|numero|número|cellulare|móvil|movil|llam\w+|chiam\w+)\b"
    r"|☎|📞"
)
_DIGIT_WORD = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_SPELT = re.compile(rf"\b{_DIGIT_WORD}(?:[ ,-]{{1,2}}(?:(?:double|triple) )?{_DIGIT_WORD}){{6,}}\b")
_MIN_DISTINCT = 4
_MIN_DIGITS = 7
_NATIONAL_DIGITS = 10


class PhoneDetector:
    """Finds phone numbers.

    >>> set(PhoneDetector(("US",)).find("call (212) 736-5000 now"))
    {(5, 19)}
    """

    kind: Kind = "phone"

    def __init__(self, regions: tuple[str, ...] = ("US",)) -> None:
        """Makes a detector.

        Args:
            regions: ISO codes of countries whose national numbers are found.

        Raises:
            ValueError: where a region is not known.
        """
        unknown = sorted(set(regions) - set(phonenumbers.SUPPORTED_REGIONS))
        if unknown:
            raise ValueError(
                f"privacy: expected regions that have phone numbers, received {unknown}. Name "
                "countries by their ISO 3166 code, such as 'US' or 'GB'."
            )
        self._regions = regions

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields (start, end) of each number."""
        if has_long_run(text):
            for match in _CANDIDATE.finditer(text):
                for start, end in windows(text, *match.span()):
                    before = text[max(0, start - _CUE_WINDOW) : start].lower()
                    if self._is_phone(text[start:end], before):
                        yield start, end
                        break
            yield from (match.span() for match in _NANP_ALONE.finditer(text))
        if " five" in text or " one" in text or " two" in text or " seven" in text:
            yield from (match.span() for match in _SPELT.finditer(text))

    def _is_phone(self, candidate: str, before: str) -> bool:
        digits = only_digits(candidate)
        if len(digits) < _MIN_DIGITS:
            return False
        if candidate.startswith(("+", "(+")) and _is_valid(candidate, None):
            return True
        if _NOT_A_PHONE.search(before) or _IP_ADDRESS.fullmatch(candidate):
            return False
        if _YEARS_OR_SCORE.match(candidate):
            return False
        if _CUE.search(before) or _NANP.fullmatch(candidate):
            return len(set(digits)) > 1
        return len(set(digits)) >= _MIN_DISTINCT and self._is_national(candidate, digits)

    def _is_national(self, candidate: str, digits: str) -> bool:
        """Whether a number without any hint is one of the regions', written as they write it."""
        if digits.startswith("00") and _is_valid("+" + digits[2:], None):
            return True
        if len(digits) < _NATIONAL_DIGITS:
            return False
        if candidate.isdigit():
            trunk = candidate.startswith("0")
            regions = [region for region in self._regions if trunk or region in ("US", "CA")]
            return any(_is_valid(candidate, region) for region in regions)
        return any(
            phonenumbers.PhoneNumberMatcher(
                candidate, region, phonenumbers.Leniency.STRICT_GROUPING
            ).has_next()
            for region in self._regions
        )


def _is_valid(candidate: str, region: str | None) -> bool:
    try:
        number = phonenumbers.parse(candidate, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)
