"""Beam: how many pairs have a time, and the first and the last moment."""

from typing import Any

import apache_beam as beam

# The names of the facts.
PAIRS = "clock/pairs"
TIMED = "clock/timed"
FIRST = "clock/first"
LAST = "clock/last"


class TimeExtent(beam.PTransform):
    """Reads the clock of `(user_id, item_id, timestamp)` pairs into facts."""

    def expand(self, pairs: Any) -> Any:
        return (
            pairs
            | "Timestamps" >> beam.Map(lambda pair: pair[2])
            | "Extent" >> beam.CombineGlobally(_Extent())
            | "Name" >> beam.FlatMap(lambda extent: extent.items())
        )


class _Extent(beam.CombineFn):
    """Counts timestamps (None among them); finds the first and the last."""

    def create_accumulator(self) -> tuple[int, int, int | None, int | None]:
        return 0, 0, None, None

    def add_input(self, accumulator: Any, timestamp: int | None) -> Any:
        added = (1, 0, None, None) if timestamp is None else (1, 1, timestamp, timestamp)
        return self.merge_accumulators([accumulator, added])

    def merge_accumulators(self, accumulators: Any) -> Any:
        pairs, timed, firsts, lasts = zip(*accumulators, strict=True)
        return (
            sum(pairs),
            sum(timed),
            min((first for first in firsts if first is not None), default=None),
            max((last for last in lasts if last is not None), default=None),
        )

    def extract_output(self, accumulator: Any) -> dict[str, int]:
        pairs, timed, first, last = accumulator
        return {PAIRS: pairs, TIMED: timed, FIRST: first or 0, LAST: last or 0}
