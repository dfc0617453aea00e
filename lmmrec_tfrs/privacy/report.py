"""The account of what was masked: numbers by kind, never the masked text."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lmmrec_tfrs.privacy.masking import MaskedText


@dataclass(frozen=True)
class MaskingReport:
    """How much was masked in a number of texts.

    Reports of parts of a corpus add up to that of the whole, in any order.

    Attributes:
        num_texts: the texts read.
        num_touched: those in which something was masked.
        counts: placeholders put in, by kind.
        touched: texts in which something of a kind was masked, by kind.

    >>> report = MaskingReport.of([MaskedText("[EMAIL] [EMAIL]", {"email": 2}), MaskedText("ok")])
    >>> (report + report).counts
    {'email': 4}
    """

    num_texts: int = 0
    num_touched: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, masked: Iterable[MaskedText]) -> "MaskingReport":
        """Counts masked texts, one after another."""
        num_texts = num_touched = 0
        counts: Counter[str] = Counter()
        touched: Counter[str] = Counter()
        for text in masked:
            num_texts += 1
            num_touched += bool(text.counts)
            counts.update(text.counts)
            touched.update(text.counts.keys())
        return cls(
            num_texts, num_touched, dict(sorted(counts.items())), dict(sorted(touched.items()))
        )

    def __add__(self, other: "MaskingReport") -> "MaskingReport":
        """The report of both parts together."""
        return MaskingReport(
            self.num_texts + other.num_texts,
            self.num_touched + other.num_touched,
            _sum(self.counts, other.counts),
            _sum(self.touched, other.touched),
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "texts": self.num_texts,
            "texts_touched": self.num_touched,
            "masked_by_kind": dict(self.counts),
            "texts_touched_by_kind": dict(self.touched),
        }


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {kind: one.get(kind, 0) + other.get(kind, 0) for kind in sorted({*one, *other})}
