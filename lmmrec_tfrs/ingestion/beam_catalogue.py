"""Beam: the item catalogue out of metadata and events."""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from lmmrec_tfrs.data.records import Item, item_to_example
from lmmrec_tfrs.ingestion.reasons import FilterReason

COUNTS = "counts"
EXAMPLES = "examples"

_METADATA_TAG = "metadata"
_EVENTS_TAG = "events"


class _MakeItem(beam.DoFn):
    """Makes one item of its metadata rows (the first is kept) and its events."""

    def __init__(self, whole_catalogue: bool):
        super().__init__()
        self._whole_catalogue = whole_catalogue

    def process(self, group: tuple[str, dict[str, Iterable[Any]]]) -> Iterator[Any]:
        item_id, values = group
        first, rows = None, 0
        for row in values[_METADATA_TAG]:
            first = row if first is None else min(first, row)
            rows += 1
        in_events = any(True for _ in values[_EVENTS_TAG])
        if in_events:
            yield _count("items")
        if rows > 1:
            yield _count(f"catalogue/filtered/{FilterReason.DUPLICATE.value}", rows - 1)
        if first is None:
            yield _count("items_without_metadata")
            yield item_to_example(Item(item_id)).SerializeToString(deterministic=True)
        elif in_events or self._whole_catalogue:
            yield _count("catalogue/kept")
            yield first[1]
        else:
            yield _count(f"catalogue/filtered/{FilterReason.OUT_OF_SCOPE.value}")


def _count(name: str, number: int = 1) -> beam.pvalue.TaggedOutput:
    return beam.pvalue.TaggedOutput(COUNTS, (name, number))


class MakeCatalogue(beam.PTransform):
    """Joins `metadata` `(item_id, (position, serialized))` with the `items` of the events.

    Args:
        whole_catalogue: whether items stay that no event refers to.

    Returns:
        `EXAMPLES`, serialised, and `COUNTS`.
    """

    def __init__(self, whole_catalogue: bool):
        super().__init__()
        self._whole_catalogue = whole_catalogue

    def expand(self, inputs: Any) -> Any:
        # Combined before the join, or a popular item would bring a value for every pair.
        items = inputs["items"] | "DistinctItems" >> beam.CombinePerKey(sum)
        joined = {_EVENTS_TAG: items, _METADATA_TAG: inputs["metadata"]}
        return (
            joined
            | "GroupByItem" >> beam.CoGroupByKey()
            | "MakeItem"
            >> beam.ParDo(_MakeItem(self._whole_catalogue)).with_outputs(COUNTS, main=EXAMPLES)
        )
