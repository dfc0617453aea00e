"""Building and tuning the ScaNN index."""

import numpy as np
import pytest
import tensorflow as tf
from pydantic import ValidationError

from lmmrec_tfrs.retrieval.config import RetrievalConfig
from lmmrec_tfrs.retrieval.scann_index import (
    InsufficientRecallError,
    build_scann_index,
    measure_recall,
)


@pytest.fixture(scope="module")
def vectors():
    """Items without any structure, which are hard to partition, and queries."""
    rng = np.random.default_rng(0)
    items = rng.normal(size=(3000, 17)).astype(np.float32)
    return items, rng.normal(size=(100, 17)).astype(np.float32)


def test_a_small_catalogue_is_searched_exactly(vectors):
    items, queries = vectors[0][:50], vectors[1]
    index = build_scann_index(items, queries, RetrievalConfig())
    positions, scores = index.search(tf.constant(queries), tf.constant(50))
    exact = queries @ items.T
    np.testing.assert_array_equal(positions, np.argsort(-exact, axis=1, kind="stable"))
    np.testing.assert_allclose(scores, -np.sort(-exact, axis=1), rtol=1e-4, atol=1e-5)
    assert (index.num_leaves, index.recall) == (0, 1.0)


def test_more_leaves_are_searched_until_the_recall_is_reached(vectors):
    items, queries = vectors
    modest = build_scann_index(
        items, queries, RetrievalConfig(leaves_to_search=1, minimum_recall=0.0)
    )
    index = build_scann_index(
        items, queries, RetrievalConfig(leaves_to_search=1, minimum_recall=0.99)
    )
    assert modest.leaves_to_search == 1
    # Also where the last of them happen to be empty.
    assert modest.num_leaves == index.num_leaves == RetrievalConfig().leaves_for(3000)
    assert modest.recall < 0.9
    assert index.leaves_to_search > 1
    assert index.recall >= 0.99
    assert measure_recall(index, items, queries, k=20) == index.recall


@pytest.mark.parametrize("count", [1, 200, 2999, 3000])
def test_a_list_of_any_length_is_filled_without_repeats(vectors, count):
    items, queries = vectors
    config = RetrievalConfig(leaves_to_search=1, minimum_recall=0.0)
    index = build_scann_index(items, queries, config)
    positions, scores = index.search(tf.constant(queries), tf.constant(count))
    assert positions.shape == (100, count)
    assert all(len(set(row)) == count for row in positions.numpy())
    exact = np.take_along_axis(queries @ items.T, positions.numpy(), axis=1)
    np.testing.assert_allclose(scores, exact, rtol=1e-3, atol=1e-4)
    assert (np.diff(scores, axis=1) <= 0).all()


def test_a_recall_out_of_reach_says_what_to_change(vectors):
    # Even an exact search does not find more than everything.
    out_of_reach = RetrievalConfig().model_copy(update={"minimum_recall": 1.01})
    with pytest.raises(InsufficientRecallError, match=r"brute_force_below above 3000"):
        build_scann_index(*vectors, out_of_reach)


def test_no_queries_are_refused(vectors):
    with pytest.raises(ValueError, match="at least one tuning query"):
        build_scann_index(vectors[0], vectors[1][:0], RetrievalConfig())


def test_settings_are_checked():
    with pytest.raises(ValidationError, match="did you mean 'minimum_recall'"):
        RetrievalConfig(minimal_recall=0.9)
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        RetrievalConfig(minimum_recall=95)
