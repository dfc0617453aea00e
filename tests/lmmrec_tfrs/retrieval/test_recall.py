"""The recall of an approximate search, by hand."""

import numpy as np

from lmmrec_tfrs.retrieval.recall import recall_against_exact

SCORES = np.array([[0.9, 0.1, 0.8, 0.7], [0.1, 0.2, 0.3, 0.4]], dtype=np.float32)


def test_the_share_of_the_exact_top_that_was_found():
    found = np.array([[0, 2, 3], [3, 0, 1]])
    np.testing.assert_allclose(recall_against_exact(SCORES, found, k=3), [1, 2 / 3])


def test_empty_places_find_nothing():
    np.testing.assert_allclose(
        recall_against_exact(SCORES, np.array([[0, -1], [-1, -1]]), k=2), [1 / 2, 0]
    )


def test_equally_good_items_stand_for_each_other():
    scores = np.array([[1.0, 0.5, 0.5, 0.5, 0.4]])
    np.testing.assert_allclose(recall_against_exact(scores, np.array([[0, 3]]), k=2), [1])
    np.testing.assert_allclose(recall_against_exact(scores, np.array([[0, 4]]), k=2), [1 / 2])


def test_with_fewer_items_than_k_all_are_to_be_found():
    np.testing.assert_allclose(recall_against_exact(SCORES[:1], np.array([[0, 1, 2, 3]]), k=9), [1])
