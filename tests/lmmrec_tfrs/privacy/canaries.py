"""Reads the corpora of canaries: invented personal data in sentences of reviews."""

from pathlib import Path
from typing import NamedTuple

import yaml

_FOLDER = Path(__file__).parent


class Canary(NamedTuple):
    """A sentence that holds personal data.

    Attributes:
        kind: what the data is.
        text: the sentence.
        secrets: the pieces of it that must not survive.
    """

    kind: str
    text: str
    secrets: list[str]

    def survivors(self, masked: str) -> list[str]:
        """The pieces that are still in the masked sentence."""
        return [secret for secret in self.secrets if secret in masked]


def read_canaries(name: str) -> list[Canary]:
    """Reads 'tuning' or 'held_out'."""
    rows = yaml.safe_load((_FOLDER / f"canaries_{name}.yaml").read_text(encoding="utf-8"))
    return [Canary(*row) for row in rows]
