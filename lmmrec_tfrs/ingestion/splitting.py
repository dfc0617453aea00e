"""Who sees which event: the split rules, for one user at a time.

A user's interactions are `(item_id, timestamp)` pairs, each item once; a missing timestamp
counts as the oldest. Ties, and the random split, go by a hash of seed, user and item, so that
the result depends neither on the order of the rows nor on how they are sharded.
"""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence, Set

from lmmrec_tfrs.data import columns
from lmmrec_tfrs.ingestion.split_config import SplitConfig, SplitStrategy, ValidationSource

Interaction = tuple[str, int | None]

# `auto` trusts the clock where at least this share of the events has a time.
TIMESTAMP_SHARE = 0.95
_ALWAYS = -(2**63)  # before any moment
_LEAST_FOR_LEAVE_LAST_OUT = 3
_LEAST_FOR_TEST = 2
_LEAST_FOR_VALIDATION = 5


@dataclasses.dataclass(frozen=True)
class TimeCuts:
    """The moments of a global cut, in seconds since 1970."""

    validation: int
    test: int


def choose_strategy(
    requested: SplitStrategy, timestamp_share: float, has_test_events: bool = False
) -> SplitStrategy:
    """Resolves `auto`.

    >>> choose_strategy(SplitStrategy.AUTO, 0.83).value
    'random'
    """
    if has_test_events:
        return SplitStrategy.GIVEN
    if requested is not SplitStrategy.AUTO:
        return requested
    if timestamp_share >= TIMESTAMP_SHARE:
        return SplitStrategy.LEAVE_LAST_OUT
    return SplitStrategy.RANDOM


def split_user(
    user_id: str,
    interactions: Sequence[Interaction],
    strategy: SplitStrategy,
    config: SplitConfig,
    cuts: TimeCuts | None = None,
    given_test: Set[str] = frozenset(),
) -> dict[str, str]:
    """Assigns each item of a user to a split.

    Args:
        user_id: the user.
        interactions: the user's items, each once, with the time or None.
        strategy: any but `auto`.
        config: fractions and seed.
        cuts: the moments, for the global cut.
        given_test: the items of the test split, where that is given.

    Returns:
        Item id to split.
    """
    if strategy is SplitStrategy.LEAVE_LAST_OUT:
        return _leave_last_out(user_id, interactions, config.seed)
    if strategy is SplitStrategy.RANDOM:
        return _random(user_id, interactions, config)
    if strategy is SplitStrategy.GIVEN:
        return _given(user_id, interactions, config, given_test)
    if strategy is SplitStrategy.GLOBAL_TIME and cuts is not None:
        return {item: _side_of_cut(time, cuts) for item, time in interactions}
    raise ValueError(f"cannot split by '{strategy.value}' without a resolved strategy and cuts.")


def _hash(seed: int, user_id: str, item_id: str) -> bytes:
    # Lengths keep ("a", "bc") apart from ("ab", "c").
    key = f"{seed}:{len(user_id)}:{user_id}:{item_id}".encode()
    return hashlib.blake2b(key, digest_size=16).digest()


def _leave_last_out(user_id: str, interactions: Sequence[Interaction], seed: int) -> dict[str, str]:
    splits = {item: columns.TRAIN for item, _ in interactions}
    if len(interactions) < _LEAST_FOR_LEAVE_LAST_OUT:
        return splits
    by_time = sorted(
        interactions,
        key=lambda pair: (pair[1] is not None, pair[1] or 0, _hash(seed, user_id, pair[0])),
    )
    splits[by_time[-1][0]] = columns.TEST
    splits[by_time[-2][0]] = columns.VALIDATION
    return splits


def _random(
    user_id: str, interactions: Sequence[Interaction], config: SplitConfig
) -> dict[str, str]:
    shuffled = _shuffled(config.seed, user_id, (item for item, _ in interactions))
    count = len(shuffled)
    test = _share(config.test_fraction, count, _LEAST_FOR_TEST)
    validation = _share(config.validation_fraction, count, _LEAST_FOR_VALIDATION)
    test = max(0, min(test, count - 1))
    validation = max(0, min(validation, count - 1 - test))  # something is left to train on
    splits = dict.fromkeys(shuffled, columns.TRAIN)
    splits.update(dict.fromkeys(shuffled[:test], columns.TEST))
    splits.update(dict.fromkeys(shuffled[test : test + validation], columns.VALIDATION))
    return splits


def _given(
    user_id: str, interactions: Sequence[Interaction], config: SplitConfig, given_test: Set[str]
) -> dict[str, str]:
    rest = [pair for pair in interactions if pair[0] not in given_test]
    if config.validation_source is ValidationSource.TRAIN:
        splits = _random(user_id, rest, config.model_copy(update={"test_fraction": 0.0}))
        return {**splits, **dict.fromkeys(given_test, columns.TEST)}
    held_out = _shuffled(config.seed, user_id, given_test)
    validation = _share(config.validation_fraction, len(held_out), _LEAST_FOR_TEST)
    return {
        **dict.fromkeys((item for item, _ in rest), columns.TRAIN),
        **dict.fromkeys(held_out[:validation], columns.VALIDATION),
        **dict.fromkeys(held_out[validation:], columns.TEST),
    }


def _shuffled(seed: int, user_id: str, items: Iterable[str]) -> list[str]:
    return sorted(items, key=lambda item: _hash(seed, user_id, item))


def _share(fraction: float, count: int, least_count: int) -> int:
    if fraction == 0.0 or count < least_count:
        return 0
    return max(1, round(fraction * count))


def _side_of_cut(time: int | None, cuts: TimeCuts) -> str:
    if time is None or time < cuts.validation:
        return columns.TRAIN
    return columns.VALIDATION if time < cuts.test else columns.TEST


def texts_end(
    interactions: Sequence[Interaction],
    splits: Mapping[str, str],
    strategy: SplitStrategy,
    cuts: TimeCuts | None = None,
    validation_source: ValidationSource = ValidationSource.TRAIN,
) -> int | None:
    """The moment from which a user's texts could tell of what is held out.

    By a global cut it is the beginning of validation, for everybody. By leave-last-out it is the
    user's first held-out interaction. Given test events are treated as if they lay in the future
    wherever they have times: then it is the user's first of them. A random split has no
    future: there is none. Where a time that matters is missing, no text may be used.

    Args:
        interactions: the user's items with their times.
        splits: of each item, its split.
        strategy: how they were split.
        cuts: the moments of a global cut.
        validation_source: what validation was drawn from where the split is given.

    Returns:
        Seconds since 1970, which no text may reach; None where all texts may be used.

    >>> texts_end([("a", 5), ("b", 9)], {"a": "train", "b": "test"}, SplitStrategy.LEAVE_LAST_OUT)
    9
    """
    if strategy is SplitStrategy.GLOBAL_TIME and cuts is not None:
        return cuts.validation
    if strategy is SplitStrategy.LEAVE_LAST_OUT:
        times = [time for item, time in interactions if splits[item] != columns.TRAIN]
        return min((_ALWAYS if time is None else time for time in times), default=None)
    if strategy is SplitStrategy.GIVEN:
        given = {columns.TEST}
        if validation_source is ValidationSource.TEST:
            given.add(columns.VALIDATION)
        times = [time for item, time in interactions if splits[item] in given]
        return min((time for time in times if time is not None), default=None)
    return None


def find_cuts(histogram: Sequence[tuple[int, int]], missing: int, config: SplitConfig) -> TimeCuts:
    """The moments before which the configured shares of the events lie.

    Args:
        histogram: `(moment, count)`: how many events happened from this moment to the next one
            listed.
        missing: how many events have no time; they count as the oldest.
        config: the quantiles.

    >>> find_cuts([(0, 8), (10, 1), (20, 1)], 0, SplitConfig())
    TimeCuts(validation=10, test=20)
    """
    total = missing + sum(count for _, count in histogram)

    def moment(quantile: float) -> int:
        before = missing
        # Half an event of tolerance keeps 0.8 * 10 from asking for 8.000000000000001.
        for start, count in sorted(histogram):
            if before + 0.5 > quantile * total:
                return start
            before += count
        return max(start for start, _ in histogram) + 1

    return TimeCuts(moment(config.validation_time), moment(config.test_time))
