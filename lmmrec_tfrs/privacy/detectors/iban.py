"""International bank account numbers, with a right check number."""

import re
from collections.abc import Iterator

from stdnum import iban

from lmmrec_tfrs.privacy.config import Kind
from lmmrec_tfrs.privacy.detectors.digits import has_long_run

# Looked ahead for, so that one candidate may begin within another ("SM57 DE89 3704...").
_CANDIDATE = re.compile(r"(?<![^\W_])(?=([A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}))")
_MIN, _MAX = 15, 34


class IbanDetector:
    """Finds account numbers of every country that python-stdnum knows.

    >>> list(IbanDetector().find("pay to DE89 3704 0044 0532 0130 00, thanks"))
    [(7, 34)]
    """

    kind: Kind = "iban"

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields (start, end) of each number."""
        if not has_long_run(text):
            return
        for match in _CANDIDATE.finditer(text):
            end = _valid_end(match.group(1))
            if end:
                yield match.start(), match.start() + end


def _valid_end(candidate: str) -> int:
    """Where the account number at the start of a candidate ends; 0 where there is none.

    Words may follow a number that is written in groups, so every ending is tried.
    """
    for end in range(len(candidate), _MIN - 1, -1):
        if candidate[end - 1] in " -":
            continue
        if _MIN <= sum(char.isalnum() for char in candidate[:end]) <= _MAX and iban.is_valid(
            candidate[:end], check_country=False
        ):
            return end
    return 0
