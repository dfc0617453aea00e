"""Which detector finds which kind of personal data."""

from collections.abc import Iterator
from typing import Protocol

from lmmrec_tfrs.privacy.config import Kind, PrivacyConfig
from lmmrec_tfrs.privacy.detectors.address import AddressDetector
from lmmrec_tfrs.privacy.detectors.card import CardDetector
from lmmrec_tfrs.privacy.detectors.email import EmailDetector
from lmmrec_tfrs.privacy.detectors.handle import HandleDetector
from lmmrec_tfrs.privacy.detectors.iban import IbanDetector
from lmmrec_tfrs.privacy.detectors.name import NameDetector
from lmmrec_tfrs.privacy.detectors.phone import PhoneDetector
from lmmrec_tfrs.privacy.detectors.url import UrlDetector


class Detector(Protocol):
    """Finds personal data of one kind."""

    kind: Kind

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields (start, end) of each finding in a plainly spelt text; findings may overlap."""


def make_detectors(config: PrivacyConfig) -> tuple[Detector, ...]:
    """Makes the detectors of the configured kinds, in their order."""
    detectors: dict[Kind, Detector] = {
        "email": EmailDetector(),
        "url": UrlDetector(config.public_domains),
        "iban": IbanDetector(),
        "card": CardDetector(),
        "phone": PhoneDetector(config.phone_regions),
        "address": AddressDetector(),
        "handle": HandleDetector(),
        "name": NameDetector(),
    }
    return tuple(detectors[kind] for kind in config.kinds)
