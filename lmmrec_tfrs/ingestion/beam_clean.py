"""Beam: of repeated pairs the latest, and only what is positive."""

from collections.abc import Iterator
from typing import Any

import apache_beam as beam

from lmmrec_tfrs.ingestion import beam_facts
from lmmrec_tfrs.ingestion.reasons import FilterReason

KEPT = "kept"
PAIRS = "pairs"
COUNTS = "counts"


class _KeepLatest(beam.DoFn):
    """Of the events of a pair keeps the latest: by time, then by place in the input.

    One of a given test split comes before all others.
    """

    def process(self, group: tuple[Any, Any]) -> Iterator[Any]:
        pair, values = group
        values = list(values)
        yield pair, max(values)
        if len(values) > 1:
            name = f"events/filtered/{FilterReason.DUPLICATE.value}"
            yield beam.pvalue.TaggedOutput(COUNTS, (name, len(values) - 1))


class _KeepPositive(beam.DoFn):
    """Keeps events rated at least `threshold`, and unrated ones."""

    def __init__(self, threshold: float):
        super().__init__()
        self._threshold = threshold

    def process(self, event: tuple[Any, Any]) -> Iterator[Any]:
        rating = event[1][4]
        if rating is None or rating >= self._threshold:
            yield event
        else:
            yield beam.pvalue.TaggedOutput("dropped", 1)


def _without_working_fields(event: tuple[Any, Any]) -> tuple[Any, Any]:
    pair, (is_test, has_timestamp, timestamp, _, _, serialized) = event
    return pair, (timestamp if has_timestamp else None, is_test, serialized)


class CleanEvents(beam.PTransform):
    """Removes repeated pairs and what is not positive.

    Consumes events as `beam_read` makes them.

    Args:
        deduplicate: whether of repeated pairs only the latest stays.
        positive_threshold: the least rating; None keeps all.

    Returns:
        `KEPT` as `((user_id, item_id), (timestamp, is_test, serialized))`; `PAIRS` as
        `(user_id, item_id, timestamp)`, each once; `COUNTS`, a list of collections.
    """

    def __init__(self, deduplicate: bool, positive_threshold: float | None):
        super().__init__()
        self._deduplicate = deduplicate
        self._positive_threshold = positive_threshold

    def expand(self, events: beam.PCollection) -> Any:
        counts = []
        if self._deduplicate:
            deduplicated = (
                events
                | "GroupByPair" >> beam.GroupByKey()
                | "KeepLatest" >> beam.ParDo(_KeepLatest()).with_outputs(COUNTS, main=KEPT)
            )
            events = deduplicated[KEPT]
            counts.append(deduplicated[COUNTS])
        if self._positive_threshold is not None:
            positive = events | "KeepPositive" >> beam.ParDo(
                _KeepPositive(self._positive_threshold)
            ).with_outputs("dropped", main=KEPT)
            events = positive[KEPT]
            name = f"events/filtered/{FilterReason.BELOW_POSITIVE_THRESHOLD.value}"
            counts.append(beam_facts.count_elements(positive.dropped, name))
        events = events | "DropWorkingFields" >> beam.Map(_without_working_fields)
        pairs = events | "Pairs" >> beam.Map(lambda e: (*e[0], e[1][0]))
        if not self._deduplicate:
            pairs = (
                pairs
                | "KeyByPair" >> beam.Map(lambda p: ((p[0], p[1]), (p[2] is not None, p[2])))
                | "LatestOfPair" >> beam.CombinePerKey(max)
                | "PairOfKey" >> beam.Map(lambda kv: (*kv[0], kv[1][1]))
            )
        return {KEPT: events, PAIRS: pairs, COUNTS: counts}
