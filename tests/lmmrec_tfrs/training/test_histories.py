"""The order of what users had, and what a train pair may see of it."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lmmrec_tfrs.layers.owner_features import PADDING
from lmmrec_tfrs.training.data import TrainingData, build_training_data

PAIRS = np.array([[0, 0], [0, 1], [0, 2], [1, 1], [1, 3]])
# User 0 had items 2, 0, 1 in this order.
TIMES = np.array([20, 30, 10, 5, 6])


def _data(
    pairs: np.ndarray = PAIRS, times: np.ndarray | None = TIMES, num_users: int = 3
) -> TrainingData:
    return build_training_data(
        user_vocabulary=[f"u{row}" for row in range(num_users)],
        item_vocabulary=[f"i{row}" for row in range(max(pairs[:, 1]) + 1)],
        train_pairs=pairs,
        validation_pairs=np.zeros((0, 2), int),
        catalogue=[],
        user_motivations=[],
        item_motivations=[],
        train_timestamps=times,
    )


def _histories_of_pairs(data: TrainingData) -> np.ndarray:
    users = data.users.to_layer("users")
    rows = tf.constant(data.train_pairs[:, 0])
    return users.features_of(rows, tf.constant(data.train_history_lengths))["history"].numpy()


def test_a_pair_sees_the_items_before_it_and_an_answer_all():
    data = _data().with_histories(maximum_length=10)
    assert data.users.histories.order == "time"
    np.testing.assert_array_equal(data.train_history_lengths, [1, 2, 0, 0, 1])
    np.testing.assert_array_equal(
        _histories_of_pairs(data),
        [[-1, -1, 2], [-1, 2, 0], [-1, -1, -1], [-1, -1, -1], [-1, -1, 1]],
    )
    # Whole histories; user 2 has none, and neither has somebody never seen.
    whole = data.users.to_layer("users").features_of(tf.range(4, dtype=tf.int64))["history"]
    np.testing.assert_array_equal(whole, [[2, 0, 1], [-1, 1, 3], [-1, -1, -1], [-1, -1, -1]])


def test_a_long_history_is_cut_to_the_latest_before_the_pair():
    pairs = np.array([[0, item] for item in range(6)])
    data = _data(pairs, np.arange(1, 7), num_users=1).with_histories(maximum_length=2)
    np.testing.assert_array_equal(
        _histories_of_pairs(data), [[-1, -1], [-1, 0], [0, 1], [1, 2], [2, 3], [3, 4]]
    )


def test_items_of_the_same_second_stand_in_an_order_that_says_nothing():
    """In that of the rows an item would follow only items of lower rows: those sold more."""
    pairs = np.array([[user, item] for user in range(200) for item in range(4)])
    data = _data(pairs, np.full(len(pairs), 7), num_users=200).with_histories(maximum_length=4)
    assert data.users.histories.order == "time"
    by_user = data.users.histories.items.reshape(200, 4)
    assert (np.sort(by_user) == np.arange(4)).all()
    # Each item stands in each place a quarter of the times: 50, with a deviation of 6.
    places = np.stack([np.bincount(column, minlength=4) for column in by_user.T])
    assert places.min() > 50 - 4 * 6.2
    assert places.max() < 50 + 4 * 6.2
    for index, history in enumerate(_histories_of_pairs(data)):
        assert pairs[index, 1] not in history


def test_without_timestamps_a_pair_sees_all_others_and_never_its_own():
    data = _data(times=None).with_histories(maximum_length=10)
    assert data.users.histories.order == "leave_one_out"
    seen = [set(row) - {PADDING} for row in _histories_of_pairs(data)]
    assert seen == [{1, 2}, {0, 2}, {0, 1}, {3}, {1}]


def test_behaviour_of_pairs_and_of_users_is_counted_alike():
    """One item five times and another once: two items, one of which a pair sees."""
    pairs = np.array([[0, 0]] * 5 + [[0, 1]])
    data = _data(pairs, times=None, num_users=1).with_histories(maximum_length=10)
    users = data.users.to_layer("users")
    rows, lengths = tf.zeros(6, tf.int64), tf.constant(data.train_history_lengths)
    seen = users.features_of(rows, lengths)["interaction_count"]
    np.testing.assert_array_equal(seen, np.ones(6))
    np.testing.assert_array_equal(users.features_of(rows[:1])["interaction_count"], [2])


def test_one_missing_timestamp_or_the_setting_gives_up_on_order():
    times = np.where(TIMES == 30, 0, TIMES)
    assert _data(times=times).with_histories(5).users.histories.order == "leave_one_out"
    assert _data().with_histories(5, "leave_one_out").users.histories.order == "leave_one_out"
    with pytest.raises(ValueError, match="timestamps"):
        _data(times=None).with_histories(5, "time")


@settings(max_examples=25)
@given(
    pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=15),
    length=st.integers(1, 7),
    with_times=st.booleans(),
    data=st.data(),
)
def test_no_pair_ever_sees_its_own_event_or_a_later_one(pairs, length, with_times, data):
    pairs = np.array(pairs)
    times = None
    if with_times:
        pairs = np.unique(pairs, axis=0)
        times = np.array(data.draw(st.permutations(range(1, len(pairs) + 1))))
    prepared = _data(pairs, times, num_users=4).with_histories(length)
    for index, history in enumerate(_histories_of_pairs(prepared)):
        user, item = prepared.train_pairs[index]
        own = prepared.train_pairs[:, 0] == user
        if with_times:
            time = prepared.train_timestamps
            allowed = own & (time < time[index])
        else:
            allowed = own & (prepared.train_pairs[:, 1] != item)
        expected = set(prepared.train_pairs[allowed, 1])
        seen = history[history != PADDING]
        assert set(seen) <= expected
        assert len(seen) == min(len(expected), prepared.users.histories.maximum_length)
        if not with_times:
            # Nothing but the item is missing, not even its place.
            of_user = prepared.users.histories
            first, last = of_user.offsets[user : user + 2]
            others = [other for other in of_user.items[first:last] if other != item]
            np.testing.assert_array_equal(seen, others[-of_user.maximum_length :])
        # Aligned to the right.
        assert (history[: len(history) - len(seen)] == PADDING).all()


def test_timestamps_follow_their_pairs_through_the_sorting():
    order = np.array([3, 0, 4, 2, 1])
    data, shuffled = _data(), _data(PAIRS[order], TIMES[order])
    np.testing.assert_array_equal(shuffled.train_pairs, data.train_pairs)
    np.testing.assert_array_equal(shuffled.train_timestamps, TIMES)
    assert _data(times=np.zeros(5, int)).train_timestamps is None
    with pytest.raises(ValueError, match="5 pairs"):
        _data(times=TIMES[:4])
