"""Beam: joins the surviving pairs with their events and divides them by user."""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from lmmrec_tfrs.data import columns
from lmmrec_tfrs.ingestion import splitting
from lmmrec_tfrs.ingestion.config import SplitConfig, SplitStrategy
from lmmrec_tfrs.ingestion.reasons import FilterReason

ITEMS = "items"
COUNTS = "counts"

_EVENTS_TAG = "events"
_PAIRS_TAG = "pairs"


class _SplitUsers(beam.DoFn):
    """Divides the events of one user, whose history is held in memory."""

    def __init__(
        self,
        strategy: SplitStrategy,
        config_json: str,
        cuts: splitting.TimeCuts | None,
        joined: bool,
    ):
        super().__init__()
        self._strategy = strategy
        self._config_json = config_json
        self._cuts = cuts
        self._joined = joined

    def setup(self) -> None:
        self._config = SplitConfig.model_validate_json(self._config_json)

    def process(self, group: tuple[str, dict[str, Iterable[Any]]]) -> Iterator[Any]:
        user_id, values = group
        events = list(values[_EVENTS_TAG])
        if self._joined:
            surviving = set(values[_PAIRS_TAG])
            kept = [event for event in events if event[0] in surviving]
            dropped = len(events) - len(kept)
            if dropped:
                name = f"events/filtered/{FilterReason.BELOW_K_CORE.value}"
                yield beam.pvalue.TaggedOutput(COUNTS, (name, dropped))
            events = kept
        if not events:
            return
        latest: dict[str, int | None] = {}
        for item_id, timestamp, _ in events:
            known = latest.get(item_id)
            latest[item_id] = known if timestamp is None else max(timestamp, known or timestamp)
        splits = splitting.split_user(
            user_id, list(latest.items()), self._strategy, self._config, self._cuts
        )
        yield beam.pvalue.TaggedOutput(COUNTS, ("users", 1))
        yield beam.pvalue.TaggedOutput(COUNTS, ("pairs", len(latest)))
        for item_id in latest:
            yield beam.pvalue.TaggedOutput(ITEMS, (item_id, 1))
        for item_id, _, serialized in events:
            yield beam.pvalue.TaggedOutput(splits[item_id], serialized)


class SplitEvents(beam.PTransform):
    """Joins events with surviving pairs, and splits them by user.

    Consumes `events` as `((user_id, item_id), (timestamp, serialized))` and, after a k-core,
    `pairs` as `(user_id, item_id, timestamp)`.

    Returns:
        Serialised examples by split; `ITEMS` as `(item_id, 1)` for every pair; `COUNTS`.
    """

    def __init__(
        self,
        strategy: SplitStrategy,
        config: SplitConfig,
        cuts: splitting.TimeCuts | None = None,
    ):
        super().__init__()
        self._strategy = strategy
        self._config = config
        self._cuts = cuts

    def expand(self, inputs: Any) -> Any:
        joined = {
            _EVENTS_TAG: inputs["events"]
            | "EventsByUser" >> beam.Map(lambda e: (e[0][0], (e[0][1], e[1][0], e[1][1])))
        }
        if "pairs" in inputs:
            joined[_PAIRS_TAG] = inputs["pairs"] | "PairsByUser" >> beam.Map(
                lambda pair: (pair[0], pair[1])
            )
        split = _SplitUsers(
            self._strategy, self._config.model_dump_json(), self._cuts, "pairs" in inputs
        )
        return (
            joined
            | "GroupByUser" >> beam.CoGroupByKey()
            | "SplitUsers" >> beam.ParDo(split).with_outputs(ITEMS, COUNTS, *columns.EVENT_SPLITS)
        )
