"""Lining up the splits, and the masked full ranking, by hand."""

import numpy as np
import pytest

from lmmrec_tfrs.evaluation.interactions import build_interactions, require
from lmmrec_tfrs.evaluation.protocol import rank


class Fixed:
    """Scores given by hand, `[num_users, num_items]`."""

    name = "fixed"

    def __init__(self, scores):
        self._scores = np.array(scores, dtype=np.float32)

    def scores(self, user_positions):
        return self._scores[user_positions]


EVENTS = {
    "train": [("bob", "a"), ("ann", "b"), ("ann", "b"), ("cid", "c")],
    "validation": [("bob", "c"), ("cid", "a")],
    "test": [("ann", "c"), ("ann", "d"), ("bob", "b"), ("bob", "a"), ("dan", "")],
    "catalogue": ["e", "d", "a"],
}


@pytest.fixture
def interactions():
    # Sorted: users ann, bob, cid; items a, b, c, d, e. `e` is only in the catalogue.
    return build_interactions(**EVENTS, mask_validation=True)[1]


def test_ids_are_sorted_and_empty_ones_left_out(interactions):
    assert interactions.user_ids == ("ann", "bob", "cid")
    assert interactions.item_ids == ("a", "b", "c", "d", "e")


def test_what_is_masked_is_not_to_be_found(interactions):
    np.testing.assert_array_equal(
        interactions.masked.toarray().astype(int),
        [[0, 1, 0, 0, 0], [1, 0, 1, 0, 0], [1, 0, 1, 0, 0]],
    )
    # bob's `a` is both trained on and held out: it cannot be ranked.
    np.testing.assert_array_equal(
        interactions.relevant.toarray().astype(int),
        [[0, 0, 1, 1, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 0]],
    )


def test_counts_are_of_training_and_repeats_count_once(interactions):
    np.testing.assert_array_equal(interactions.item_counts, [1, 1, 1, 0, 0])
    np.testing.assert_array_equal(interactions.user_counts, [1, 1, 1])
    np.testing.assert_array_equal(interactions.evaluated_users, [0, 1])


def test_the_validation_split_masks_training_only():
    validation, _ = build_interactions(**EVENTS, mask_validation=True)
    np.testing.assert_array_equal(
        validation.masked.toarray().astype(int),
        [[0, 1, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0, 1, 0, 0]],
    )
    np.testing.assert_array_equal(
        validation.relevant.toarray().astype(int),
        [[0, 0, 0, 0, 0], [0, 0, 1, 0, 0], [1, 0, 0, 0, 0]],
    )


def test_validation_items_stay_in_the_ranking_where_asked_for():
    validation, test = build_interactions(**EVENTS, mask_validation=False)
    assert (test.masked != validation.masked).nnz == 0


def test_the_order_of_events_does_not_matter():
    shuffled = {name: list(reversed(events)) for name, events in EVENTS.items()}
    first = build_interactions(**EVENTS, mask_validation=True)[1]
    second = build_interactions(**shuffled, mask_validation=True)[1]
    assert first.user_ids == second.user_ids
    for name in ("train", "masked", "relevant"):
        assert (getattr(first, name) != getattr(second, name)).nnz == 0


def test_nothing_to_be_found_is_told():
    _, test = build_interactions([("ann", "a")], [], [("ann", "a")], ["b"], mask_validation=True)
    assert test is None
    with pytest.raises(ValueError, match="something to be found in the test split"):
        require(test, "test")


def test_the_ranking_masks_and_marks_hits(interactions):
    scores = [[1, 9, 2, 3, 0], [9, 1, 8, 2, 3], [0, 0, 0, 0, 0]]
    ranking = rank(Fixed(scores), interactions, k=4, batch_size=1)
    # ann without b: d c a e. bob without a and c: e d b, then nothing is left.
    np.testing.assert_array_equal(ranking.users, [0, 1])
    np.testing.assert_array_equal(ranking.top_items, [[3, 2, 0, 4], [4, 3, 1, -1]])
    np.testing.assert_array_equal(
        ranking.hits, [[True, True, False, False], [False, False, True, False]]
    )
    np.testing.assert_array_equal(ranking.num_relevant, [2, 1])


def test_equal_scores_go_by_position(interactions):
    ranking = rank(Fixed(np.zeros([3, 5])), interactions, k=3)
    np.testing.assert_array_equal(ranking.top_items, [[0, 2, 3], [1, 3, 4]])


def test_more_ranks_than_candidates_leave_places_empty(interactions):
    ranking = rank(Fixed(np.zeros([3, 5])), interactions, k=7)
    assert (ranking.top_items[0] == [0, 2, 3, 4, -1, -1, -1]).all()


@pytest.mark.parametrize(
    ("scores", "message"),
    [(np.zeros([3, 4]), r"shape \(2, 5\) from 'fixed'"), (np.full([3, 5], np.nan), "NaN")],
)
def test_scores_that_cannot_be_ranked_are_refused(interactions, scores, message):
    with pytest.raises(ValueError, match=message):
        rank(Fixed(scores), interactions, k=2)
