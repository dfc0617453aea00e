"""The split rules, by hand and as properties."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.data import columns
from lmmrec_tfrs.ingestion.split_config import SplitConfig, SplitStrategy
from lmmrec_tfrs.ingestion.splitting import (
    TimeCuts,
    choose_strategy,
    find_cuts,
    split_user,
)

TRAIN, VALIDATION, TEST = columns.EVENT_SPLITS
LAST_OUT, RANDOM = SplitStrategy.LEAVE_LAST_OUT, SplitStrategy.RANDOM
HISTORY = st.dictionaries(st.text(max_size=3), st.none() | st.integers(0, 5), max_size=30).map(
    lambda history: list(history.items())
)


def test_leave_last_out_by_hand():
    history = [("b", 30), ("a", 10), ("d", 40), ("c", 20)]
    assert split_user("u", history, LAST_OUT, SplitConfig()) == {
        "a": TRAIN,
        "c": TRAIN,
        "b": VALIDATION,
        "d": TEST,
    }


def test_leave_last_out_needs_three():
    assert set(split_user("u", [("a", 1), ("b", 2)], LAST_OUT, SplitConfig()).values()) == {TRAIN}


def test_missing_time_is_the_oldest():
    history = [("a", None), ("b", -5), ("c", 3)]
    assert split_user("u", history, LAST_OUT, SplitConfig()) == {
        "a": TRAIN,
        "b": VALIDATION,
        "c": TEST,
    }


@pytest.mark.parametrize(
    ("count", "test", "validation"),
    # round(0.2 n), at least one; validation from five events on.
    [(1, 0, 0), (2, 1, 0), (4, 1, 0), (5, 1, 1), (10, 2, 2), (13, 3, 3)],
)
def test_random_counts(count, test, validation):
    history = [(f"i{n}", None) for n in range(count)]
    counts = Counter(split_user("u", history, RANDOM, SplitConfig()).values())
    assert counts == Counter({TRAIN: count - test - validation, VALIDATION: validation, TEST: test})


def test_random_leaves_something_to_train():
    config = SplitConfig(test_fraction=0.85, validation_fraction=0.14)
    history = [(f"i{n}", None) for n in range(5)]
    counts = Counter(split_user("u", history, RANDOM, config).values())
    assert counts == Counter({TEST: 4, TRAIN: 1})


@given(HISTORY, st.sampled_from([LAST_OUT, RANDOM]), st.randoms())
def test_order_of_rows_does_not_matter(history, strategy, random):
    shuffled = random.sample(history, len(history))
    config = SplitConfig()
    splits = split_user("u", history, strategy, config)
    assert splits == split_user("u", shuffled, strategy, config)
    assert set(splits) == {item for item, _ in history}


def test_seed_changes_the_random_split():
    history = [(f"i{n}", None) for n in range(50)]
    first, again, other = (
        split_user("u", history, RANDOM, SplitConfig(seed=seed)) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_global_time():
    history = [("a", None), ("b", 9), ("c", 10), ("d", 19), ("e", 20)]
    splits = split_user(
        "u", history, SplitStrategy.GLOBAL_TIME, SplitConfig(), TimeCuts(validation=10, test=20)
    )
    assert splits == {"a": TRAIN, "b": TRAIN, "c": VALIDATION, "d": VALIDATION, "e": TEST}


def test_cuts_count_missing_times_as_the_oldest():
    config = SplitConfig(validation_time=0.5, test_time=0.75)
    histogram = [(100, 1), (200, 1), (300, 1), (400, 1)]
    assert find_cuts(histogram, 0, config) == TimeCuts(300, 400)
    # Of eight, four lie before the first moment; of these, half.
    assert find_cuts(histogram, 4, config) == TimeCuts(100, 300)


def test_auto():
    auto = SplitStrategy.AUTO
    assert choose_strategy(auto, 0.95) is LAST_OUT
    assert choose_strategy(auto, 0.949) is RANDOM
    assert choose_strategy(SplitStrategy.GLOBAL_TIME, 0.0) is SplitStrategy.GLOBAL_TIME
    with pytest.raises(ValueError, match="auto"):
        split_user("u", [("a", 1)], auto, SplitConfig())
