"""Which tokens go on with a quote: the word spans of some texts, as JSON writes them."""

import bisect
import dataclasses
import functools
import itertools
import json
import re
from collections.abc import Iterable, Sequence

from lmmrec_tfrs.motivation.generate.constrained.token_table import UNREACHABLE, TokenTable

_WORD = re.compile(r"\w+(?:['\u2019\-]\w+)*")
# Half a UTF-16 pair: no token writes it.
_SURROGATES = re.compile("[\ud800-\udfff]+")
_ESCAPED = {
    character: json.dumps(character)[1:-1] for character in (*map(chr, range(0x20)), '"', "\\")
}


@dataclasses.dataclass(frozen=True)
class Positions:
    """Where in the texts a quote may stand, after the bytes that were written of it.

    Attributes:
        offsets: ends of what was written, one for each place of the texts that says the same.
        num_bytes: how much was written.
    """

    offsets: tuple[int, ...]
    num_bytes: int


class SpanIndex:
    """The spans of words of some texts; a quote begins and ends with a word, within one text.

    Args:
        texts: the texts.
        table: the vocabulary.
    """

    def __init__(self, texts: Sequence[str], table: TokenTable):
        self._table = table
        data, starts, ends, run_ends = _escape(texts)
        self._data = data
        self._starts = starts
        self._is_end = frozenset(ends)
        self._run_ends = run_ends
        # By offset: the next end of a word, and the least number of tokens up to it.
        self._next_end = [-1] * (len(data) + 1)
        self._cost = [UNREACHABLE] * (len(data) + 1)
        self._matches: list[list[tuple[int, int]]] = [[] for _ in range(len(data) + 1)]
        self._measure(sorted(ends))
        self.begin = functools.lru_cache(maxsize=8)(self._begin)

    def _measure(self, ends: list[int]) -> None:
        for offset in reversed(range(len(self._data) + 1)):
            run_end = self._run_end(offset)
            index = bisect.bisect_left(ends, offset)
            next_end = ends[index] if index < len(ends) else UNREACHABLE
            if next_end > run_end:
                continue
            self._next_end[offset] = next_end
            if offset == next_end:
                self._cost[offset] = 0
            # A quote that goes on after the last word of a run could not end.
            last = ends[bisect.bisect_right(ends, run_end) - 1]
            found = self._table.matches(self._data, offset, last)
            self._matches[offset] = found
            if offset != next_end:
                after = [self._cost[offset + n] for _, n in found if offset + n <= next_end]
                self._cost[offset] = min(1 + min(after, default=UNREACHABLE), UNREACHABLE)

    def _run_end(self, offset: int) -> int:
        index = bisect.bisect_left(self._run_ends, offset)
        return self._run_ends[index] if index < len(self._run_ends) else len(self._data)

    def cost(self, max_bytes: int) -> int:
        """The least number of tokens of a quote, `UNREACHABLE` where there is nothing to quote."""
        fitting = (self._cost[s] for s in self._starts if self._next_end[s] - s <= max_bytes)
        return min(fitting, default=UNREACHABLE)

    def cost_to_close(self, positions: Positions) -> int:
        """The least number of tokens up to the end of a word."""
        return min(self._cost[offset] for offset in positions.offsets)

    def can_close(self, positions: Positions) -> bool:
        """Whether a quote may end here."""
        return any(offset in self._is_end for offset in positions.offsets)

    def _begin(self, max_bytes: int) -> dict[int, Positions]:
        """The tokens that begin a quote, and where it stands after each."""
        return self._step(self._starts, 0, max_bytes)

    def step(self, positions: Positions, max_bytes: int) -> dict[int, Positions]:
        """The tokens that go on with a quote, and where it stands after each."""
        return self._step(positions.offsets, positions.num_bytes, max_bytes)

    def _step(self, offsets: Iterable[int], num_bytes: int, max_bytes: int) -> dict[int, Positions]:
        after: dict[int, list[int]] = {}
        lengths: dict[int, int] = {}
        for offset in offsets:
            for token, length in self._matches[offset]:
                end = offset + length
                to_close = self._next_end[end] - end
                closes = self._next_end[end] >= 0 and self._cost[end] < UNREACHABLE
                if closes and num_bytes + length + to_close <= max_bytes:
                    after.setdefault(token, []).append(end)
                    lengths[token] = length
        return {
            token: Positions(tuple(ends), num_bytes + lengths[token])
            for token, ends in after.items()
        }


def _escape(texts: Sequence[str]) -> tuple[bytes, list[int], list[int], list[int]]:
    """The texts as JSON writes them between quotes, one after another, in UTF-8.

    Returns:
        The bytes, a line for each run; the offsets where words start and end, and where runs end.
    """
    data = bytearray()
    starts: list[int] = []
    ends: list[int] = []
    run_ends: list[int] = []
    for run in itertools.chain.from_iterable(_SURROGATES.split(text) for text in texts):
        pieces = [_ESCAPED.get(character, character).encode("utf-8") for character in run]
        offsets = [*itertools.accumulate(map(len, pieces), initial=len(data))]
        for word in _WORD.finditer(run):
            starts.append(offsets[word.start()])
            ends.append(offsets[word.end()])
        data += b"".join(pieces)
        run_ends.append(len(data))
        # Written by no escaped text: it keeps the end of a run and the start of the next apart.
        data += b"\n"
    return bytes(data), starts, ends, run_ends
