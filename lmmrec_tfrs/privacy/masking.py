"""Replaces personal data in texts by placeholders."""

import re
from collections import Counter
from dataclasses import dataclass, field

from lmmrec_tfrs.privacy.config import KINDS, PrivacyConfig
from lmmrec_tfrs.privacy.detectors import Detector, make_detectors
from lmmrec_tfrs.privacy.normalisation import normalise
from lmmrec_tfrs.privacy.spans import Span, merge_overlapping

_PLACEHOLDER = re.compile(r"\[(?:" + "|".join(kind.upper() for kind in KINDS) + r")\]")


def placeholder(kind: str) -> str:
    """What stands for masked data of a kind.

    >>> placeholder("email")
    '[EMAIL]'
    """
    return f"[{kind.upper()}]"


@dataclass(frozen=True)
class MaskedText:
    """A text without its personal data.

    Attributes:
        text: the text with placeholders.
        counts: how many placeholders were put in, by kind; kinds not found are left out.
    """

    text: str
    counts: dict[str, int] = field(default_factory=dict)


class Masker:
    """Masks the personal data of texts, by the kinds of a configuration.

    Masking is idempotent, and never touches placeholders. A masker can be pickled.

    >>> Masker(PrivacyConfig()).mask("Write to jane@example.com. Best regards, Jane Doe")
    MaskedText(text='Write to [EMAIL]. Best regards, [NAME]', counts={'email': 1, 'name': 1})
    """

    def __init__(self, config: PrivacyConfig) -> None:
        """Args: config: which kinds are masked; all pass where masking is switched off."""
        self.config = config
        self._detectors: tuple[Detector, ...] = (
            make_detectors(config) if config.mask_personal_data else ()
        )

    def mask(self, text: str) -> MaskedText:
        """Masks one text.

        Args:
            text: what a user wrote.

        Returns:
            The text with placeholders, and their number by kind.
        """
        counts: Counter[str] = Counter()
        # Masking one thing can uncover another. Every round replaces characters that are in no
        # placeholder, so the rounds come to an end, and the end is a fixed point.
        while spans := self.find(text):
            counts.update(span.kind for span in spans)
            text = _replace(text, spans)
        return MaskedText(text, dict(sorted(counts.items())))

    def find(self, text: str) -> list[Span]:
        """Finds personal data.

        Args:
            text: what a user wrote, perhaps masked already.

        Returns:
            Disjoint spans in the order of the text, none of which touches a placeholder.
        """
        if not self._detectors or not text:
            return []
        normalised = normalise(text)
        taken = [match.span() for match in _PLACEHOLDER.finditer(text)] if "[" in text else []
        found = []
        for detector in self._detectors:
            for raw_start, raw_end in detector.find(normalised.text):
                start, end = normalised.original(raw_start, raw_end)
                if start < end and not any(a < end and start < b for a, b in taken):
                    found.append(Span(start, end, detector.kind))
        return merge_overlapping(found, self.config.kinds) if found else []


def _replace(text: str, spans: list[Span]) -> str:
    parts = []
    position = 0
    for span in spans:
        parts += [text[position : span.start], placeholder(span.kind)]
        position = span.end
    return "".join([*parts, text[position:]])
