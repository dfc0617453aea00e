"""The ranking metrics, against fractions computed by hand and by what must always hold."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.evaluation import metrics

# Three users at ranks 1 to 4: hits at 1 and 3 of 3 relevant; at 2 of 1; none of 2.
HITS = np.array([[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]], dtype=bool)
RELEVANT = np.array([3, 1, 2])
ALL_METRICS = (
    metrics.recall_at_k,
    metrics.ndcg_at_k,
    metrics.reciprocal_rank_at_k,
    metrics.hit_rate_at_k,
)


@pytest.mark.parametrize(("k", "expected"), [(1, [1 / 3, 0, 0]), (4, [2 / 3, 1, 0])])
def test_recall(k, expected):
    np.testing.assert_allclose(metrics.recall_at_k(HITS, RELEVANT, k), expected)


def test_ndcg_at_four():
    # User 1: gains 1/log2(2) + 1/log2(4) = 3/2; ideal of three: 1 + 1/log2(3) + 1/2.
    first = 1.5 / (1 + 1 / math.log2(3) + 0.5)
    # User 2: gain 1/log2(3); ideal of one: 1.
    np.testing.assert_allclose(metrics.ndcg_at_k(HITS, RELEVANT, 4), [first, 1 / math.log2(3), 0.0])


def test_the_ideal_of_ndcg_holds_no_more_than_k_items():
    # Of five relevant items only two fit the list: two hits are perfect.
    assert metrics.ndcg_at_k(np.array([[True, True, False]]), np.array([5]), 2) == [1.0]


@pytest.mark.parametrize(("k", "expected"), [(1, [1, 0, 0]), (4, [1, 1 / 2, 0])])
def test_reciprocal_rank(k, expected):
    np.testing.assert_allclose(metrics.reciprocal_rank_at_k(HITS, RELEVANT, k), expected)


@pytest.mark.parametrize(("k", "expected"), [(1, [1, 0, 0]), (2, [1, 1, 0])])
def test_hit_rate(k, expected):
    np.testing.assert_allclose(metrics.hit_rate_at_k(HITS, RELEVANT, k), expected)


def test_coverage_counts_distinct_items_and_no_empty_places():
    assert metrics.catalogue_coverage(np.array([[0, 1], [1, -1]]), num_items=5) == 2 / 5


def test_mean_popularity_weighs_items_as_often_as_they_are_shown():
    top = np.array([[0, 1], [0, -1]])
    assert metrics.mean_popularity(top, np.array([7, 1, 100])) == pytest.approx(15 / 3)


@pytest.mark.parametrize("metric", ALL_METRICS)
@pytest.mark.parametrize(
    ("hits", "relevant", "k", "message"),
    [
        (HITS, RELEVANT[:2], 1, "shapes"),
        (HITS, RELEVANT, 5, "rank more items"),
        (HITS, RELEVANT, 0, "expected k"),
        (HITS, np.array([3, 1, 0]), 1, "leave out"),
    ],
)
def test_wrong_arguments_are_refused(metric, hits, relevant, k, message):
    with pytest.raises(ValueError, match=message):
        metric(hits, relevant, k)


def test_a_position_outside_the_catalogue_is_refused():
    with pytest.raises(ValueError, match="positions below"):
        metrics.catalogue_coverage(np.array([[3]]), num_items=3)


@st.composite
def rankings(draw):
    """Hits and counts of a few users, as a ranking may give them."""
    users, ranks = draw(st.integers(1, 5)), draw(st.integers(1, 8))
    hits = np.array(
        draw(
            st.lists(
                st.lists(st.booleans(), min_size=ranks, max_size=ranks),
                min_size=users,
                max_size=users,
            )
        )
    )
    further = draw(st.lists(st.integers(0, 5), min_size=users, max_size=users))
    return hits, np.maximum(hits.sum(axis=1) + further, 1)


@given(rankings(), st.data())
def test_every_metric_lies_in_the_unit_interval(ranking, data):
    hits, relevant = ranking
    k = data.draw(st.integers(1, hits.shape[1]))
    for metric in ALL_METRICS:
        values = metric(hits, relevant, k)
        assert ((values >= 0) & (values <= 1)).all()


@given(rankings())
def test_recall_mrr_and_hit_rate_do_not_fall_with_k(ranking):
    hits, relevant = ranking
    for metric in (metrics.recall_at_k, metrics.reciprocal_rank_at_k, metrics.hit_rate_at_k):
        values = [metric(hits, relevant, k) for k in range(1, hits.shape[1] + 1)]
        assert (np.diff(values, axis=0) >= 0).all()


@given(rankings(), st.randoms(use_true_random=False))
def test_the_order_of_users_does_not_matter(ranking, random):
    hits, relevant = ranking
    order = list(range(len(relevant)))
    random.shuffle(order)
    for metric in ALL_METRICS:
        shuffled = metric(hits[order], relevant[order], hits.shape[1])
        np.testing.assert_array_equal(shuffled, metric(hits, relevant, hits.shape[1])[order])


@given(rankings(), st.randoms(use_true_random=False))
def test_the_order_within_the_list_does_not_matter_to_recall_but_sorting_helps_ndcg(
    ranking, random
):
    hits, relevant = ranking
    order = list(range(hits.shape[1]))
    random.shuffle(order)
    k = hits.shape[1]
    np.testing.assert_array_equal(
        metrics.recall_at_k(hits[:, order], relevant, k), metrics.recall_at_k(hits, relevant, k)
    )
    sorted_hits = -np.sort(-hits.astype(int), axis=1)
    best = metrics.ndcg_at_k(sorted_hits, relevant, k)
    assert (metrics.ndcg_at_k(hits, relevant, k) <= best + 1e-12).all()
