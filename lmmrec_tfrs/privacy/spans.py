"""Findings of the detectors, and how those that overlap become one."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lmmrec_tfrs.privacy.config import Kind


class Span(NamedTuple):
    """Characters `start` to `end` (exclusive) of a text, found to be of a `kind`."""

    start: int
    end: int
    kind: Kind


def merge_overlapping(spans: Iterable[Span], order: Sequence[Kind]) -> list[Span]:
    """Joins the spans that overlap; each joint span has the kind of its longest part.

    The union is kept, and not the longest part alone, so that no rest of a finding survives.

    Args:
        spans: findings in any order.
        order: the kinds by precedence, which settles ties of length.

    Returns:
        Disjoint spans in the order of the text.

    >>> merge_overlapping([Span(0, 16, "email"), Span(5, 16, "url")], ("email", "url"))
    [Span(start=0, end=16, kind='email')]
    """
    rank = {kind: position for position, kind in enumerate(order)}
    merged: list[Span] = []
    longest = 0
    for span in sorted(spans, key=lambda s: (s.start, -s.end, rank[s.kind])):
        length = span.end - span.start
        if not merged or span.start >= merged[-1].end:
            merged.append(span)
            longest = length
            continue
        last = merged[-1]
        wins = (length, -rank[span.kind]) > (longest, -rank[last.kind])
        merged[-1] = Span(last.start, max(last.end, span.end), span.kind if wins else last.kind)
        longest = max(longest, length)
    return merged
