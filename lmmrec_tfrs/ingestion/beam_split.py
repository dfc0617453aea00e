"""Beam: joins the surviving pairs with their events and divides them by user."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from lmmrec_tfrs.data import columns
from lmmrec_tfrs.ingestion import splitting
from lmmrec_tfrs.ingestion.reasons import FilterReason
from lmmrec_tfrs.ingestion.split_config import SplitConfig, SplitStrategy

ITEMS = "items"
COUNTS = "counts"

_EVENTS_TAG = "events"
_PAIRS_TAG = "pairs"
_TEXTS_TAG = "texts"

# An event of a user: item_id, timestamp, is_test, serialized.
_UserEvent = tuple[str, int | None, bool, bytes]


@dataclasses.dataclass(frozen=True)
class SplitPlan:
    """How a run splits: the resolved strategy, its settings, and the moments of a global cut."""

    strategy: SplitStrategy
    config: SplitConfig
    cuts: splitting.TimeCuts | None = None
    keep_untimed_texts: bool = False


class _SplitUsers(beam.DoFn):
    """Divides the events of one user, whose history is held in memory, and sifts the texts."""

    def __init__(self, plan: SplitPlan, joined: bool):
        super().__init__()
        self._plan = plan
        self._joined = joined

    def process(self, group: tuple[str, dict[str, Iterable[Any]]]) -> Iterator[Any]:
        user_id, values = group
        events: list[_UserEvent] = list(values[_EVENTS_TAG])
        dropped = 0
        if self._joined:
            surviving = set(values[_PAIRS_TAG])
            kept = [event for event in events if event[0] in surviving]
            dropped = len(events) - len(kept)
            if dropped:
                yield _count(f"events/filtered/{FilterReason.BELOW_K_CORE.value}", dropped)
            events = kept
        latest: dict[str, int | None] = {}
        for item_id, timestamp, _, _ in events:
            known = latest.get(item_id)
            latest[item_id] = known if timestamp is None else max(timestamp, known or timestamp)
        interactions = list(latest.items())
        splits = self._splits(user_id, interactions, events)
        if events:
            yield _count("users")
            yield _count("pairs", len(latest))
        for item_id in latest:
            yield beam.pvalue.TaggedOutput(ITEMS, (item_id, 1))
        for item_id, _, _, serialized in events:
            yield beam.pvalue.TaggedOutput(splits[item_id], serialized)

        plan = self._plan
        end = splitting.texts_end(
            interactions, splits, plan.strategy, plan.cuts, plan.config.validation_source
        )
        counts: Counter[str] = Counter()
        for timestamp, serialized in values[_TEXTS_TAG]:
            reason = self._why_not(timestamp, end)
            counts["kept" if reason is None else f"filtered/{reason.value}"] += 1
            if reason is None:
                yield beam.pvalue.TaggedOutput(columns.TEXTS, serialized)
        for name, number in counts.items():
            yield _count(f"texts/{name}", number)
        if counts["kept"]:
            yield _count("users_with_texts")
            if not events:
                yield _count("text_only_users")
                if dropped:
                    yield _count("text_only_users_below_k_core")

    def _splits(
        self,
        user_id: str,
        interactions: list[splitting.Interaction],
        events: list[_UserEvent],
    ) -> dict[str, str]:
        if not events:
            return {}
        plan = self._plan
        given = {item_id for item_id, _, is_test, _ in events if is_test}
        return splitting.split_user(
            user_id, interactions, plan.strategy, plan.config, plan.cuts, given
        )

    def _why_not(self, timestamp: int | None, end: int | None) -> FilterReason | None:
        """Why a text may not be used; None where it may."""
        if end is None:
            return None
        if timestamp is None:
            return None if self._plan.keep_untimed_texts else FilterReason.WITHOUT_TIME
        return None if timestamp < end else FilterReason.AFTER_HELD_OUT


def _count(name: str, number: int = 1) -> beam.pvalue.TaggedOutput:
    return beam.pvalue.TaggedOutput(COUNTS, (name, number))


class SplitEvents(beam.PTransform):
    """Joins events with surviving pairs, splits them by user, and sifts the users' texts.

    Consumes `events` as `((user_id, item_id), (timestamp, is_test, serialized))`, `texts` as
    `(user_id, (timestamp, serialized))` and, after a k-core, `pairs` as
    `(user_id, item_id, timestamp)`.

    A user without a kept interaction keeps the texts, all of them but for a global cut: such a
    user is known by text only.

    Returns:
        Serialised examples by split, and under `columns.TEXTS`; `ITEMS` as `(item_id, 1)` for
        every pair; `COUNTS`.
    """

    def __init__(self, plan: SplitPlan):
        super().__init__()
        self._plan = plan

    def expand(self, inputs: Any) -> Any:
        joined = {
            _EVENTS_TAG: inputs["events"]
            | "EventsByUser" >> beam.Map(lambda e: (e[0][0], (e[0][1], *e[1]))),
            _TEXTS_TAG: inputs["texts"],
        }
        if "pairs" in inputs:
            joined[_PAIRS_TAG] = inputs["pairs"] | "PairsByUser" >> beam.Map(
                lambda pair: (pair[0], pair[1])
            )
        return (
            joined
            | "GroupByUser" >> beam.CoGroupByKey()
            | "SplitUsers"
            >> beam.ParDo(_SplitUsers(self._plan, "pairs" in inputs)).with_outputs(
                ITEMS, COUNTS, columns.TEXTS, *columns.EVENT_SPLITS
            )
        )
