"""Asking the cache before a model: texts with an answer on one side, those without on the other."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import apache_beam as beam
import tensorflow as tf

from lmmrec_tfrs.motivation.cost.cache import AnswerCache, read_segment
from lmmrec_tfrs.motivation.extraction.counters import count

HITS = "hits"
MISSES = "misses"
_ASKED = "asked"
_KEPT = "kept"


@dataclasses.dataclass
class LookUp(beam.PTransform):
    """Joins what is asked with a cache.

    The input are pairs of an address and whatever is asked there, no address twice; `HITS` and
    `MISSES` of the output are such pairs, for a hit what `combine` made of it.

    Attributes:
        cache: where to look; None finds nothing.
        combine: makes one of what is asked and the example that was kept.
        counter: what counts the hits, by name; "" for nothing.
    """

    cache: AnswerCache | None
    combine: Callable[[Any, tf.train.Example], Any]
    counter: str = ""

    def expand(self, asked: beam.PCollection) -> Any:
        # The segments of now: what this run itself adds is not looked up again.
        segments = self.cache.segments() if self.cache is not None else []
        if not segments:
            none = asked | "Nothing" >> beam.Filter(lambda pair: False)
            return {HITS: none, MISSES: asked}
        kept = (
            asked.pipeline
            | f"Segments-{self.counter}" >> beam.Create(segments)
            | f"SpreadSegments-{self.counter}" >> beam.Reshuffle()
            | f"ReadSegments-{self.counter}" >> beam.FlatMap(_read_counting_damage)
        )
        found = (
            {_ASKED: asked, _KEPT: kept}
            | "Join" >> beam.CoGroupByKey()
            | "Decide" >> beam.ParDo(_Decide(self.combine, self.counter)).with_outputs(HITS, MISSES)
        )
        return {HITS: found[HITS], MISSES: found[MISSES]}


def _read_counting_damage(path: str) -> Iterator[tuple[bytes, bytes]]:
    for answer in read_segment(path):
        if answer is None:
            count("cache_segments_damaged")
        else:
            yield answer


class _Decide(beam.DoFn):
    def __init__(self, combine: Callable[[Any, tf.train.Example], Any], counter: str):
        super().__init__()
        self._combine = combine
        self._counter = counter

    def process(self, element: tuple[bytes, Any]) -> Iterator[Any]:
        address, grouped = element
        kept = next(iter(grouped[_KEPT]), None)
        for asked in grouped[_ASKED]:
            combined = None if kept is None else self._try(asked, kept)
            if combined is None:
                yield beam.pvalue.TaggedOutput(MISSES, (address, asked))
            else:
                if self._counter:
                    count(self._counter)
                yield beam.pvalue.TaggedOutput(HITS, (address, combined))

    def _try(self, asked: Any, kept: bytes) -> Any:
        try:
            return self._combine(asked, tf.train.Example.FromString(kept))
        except (ValueError, IndexError):
            # An entry of another shape counts for nothing: the model is asked.
            count("cache_entries_damaged")
            return None
