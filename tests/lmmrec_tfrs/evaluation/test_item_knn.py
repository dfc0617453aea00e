"""Item-kNN against its formula."""

import numpy as np
import pytest
import scipy.sparse

from lmmrec_tfrs.evaluation.baselines import ItemKnn, fit_baselines
from lmmrec_tfrs.evaluation.config import EvaluationConfig
from lmmrec_tfrs.evaluation.interactions import build_interactions


def matrix(rows):
    return scipy.sparse.csr_matrix(np.array(rows, dtype=bool))


def test_cosine_of_three_items_by_hand():
    # The columns are (1, 1, 0), (1, 0, 1), (0, 1, 0): cosines 1/2, 1/√2 and 0.
    scorer = ItemKnn(matrix([[1, 1, 0], [1, 0, 1], [0, 1, 0]]), "cosine", neighbours=3)
    far = 1 / np.sqrt(2)
    expected = [[1, 1 / 2, far], [1 / 2, 1, 0], [far, 0, 1]]
    np.testing.assert_allclose(scorer.similarities.toarray(), expected, atol=1e-6)
    # User 1 has items 0 and 2: the sum of their rows.
    np.testing.assert_allclose(scorer.scores(np.array([1])), [[1 + far, 1 / 2, 1 + far]], atol=1e-6)


def test_only_the_nearest_neighbours_speak():
    scorer = ItemKnn(matrix([[1, 1, 0], [1, 0, 1], [0, 1, 0]]), "cosine", neighbours=2)
    # Item 0 is nearest to itself and item 2; what it says of item 1 is lost.
    np.testing.assert_allclose(scorer.similarities.toarray()[0], [1, 0, 1 / np.sqrt(2)], atol=1e-6)


@pytest.mark.parametrize("similarity", ["cosine", "tfidf", "bm25"])
def test_cold_items_come_last_and_users_without_history_get_what_is_popular(similarity):
    rows = [[1, 0, 1, 0], [1, 0, 1, 0], [1, 0, 0, 1], [0, 0, 0, 0]]
    scores = ItemKnn(matrix(rows), similarity).scores(np.arange(4))
    assert scores.dtype == np.float32
    assert (scores[:3, 1] < np.delete(scores[:3], 1, axis=1).min(axis=1)).all()
    np.testing.assert_array_equal(scores[3], [3, 0, 2, 1])


def test_items_that_tf_idf_gives_no_weight_are_similar_to_none():
    # Of four items the first user has three, all but one: the weight of those is log(4 / (1 + 3)).
    rows = [[1, 1, 1, 0], [0, 1, 0, 1], [0, 0, 1, 1]]
    scorer = ItemKnn(matrix(rows), "tfidf")
    similarities = scorer.similarities.toarray()
    assert np.isfinite(similarities).all()
    assert np.isfinite(scorer.scores(np.arange(3))).all()
    # Item 1 then has the second user alone, item 3 the last two.
    np.testing.assert_allclose(similarities[1, 3], 1 / np.sqrt(2), atol=1e-6)


def test_similarity_and_neighbours_are_chosen_on_validation():
    # Everybody has the hub. Who has one of a pair needs the other; with one neighbour an item
    # speaks for itself alone, and all others tie.
    train = [(f"u{n}", "hub") for n in range(8)]
    train += [(f"u{n}", f"{'ab'[n % 2]}{n // 4}") for n in range(8)]
    train += [("v0", "a0"), ("v0", "b0"), ("v1", "a1"), ("v1", "b1")]
    held_out = [(f"u{n}", f"{'ba'[n % 2]}{n // 4}") for n in range(8)]
    validation, _ = build_interactions(train, held_out, [], [], mask_validation=True)
    config = EvaluationConfig(
        baselines=("item_knn",), item_knn_neighbours=(1, 4), item_knn_similarities=("cosine",)
    )
    (chosen,) = fit_baselines(validation.train, validation, config)
    assert chosen.scorer.name == "item_knn"
    assert chosen.settings == {"similarity": "cosine", "neighbours": 4}
    (first,) = fit_baselines(validation.train, None, config)
    assert first.settings == {"similarity": "cosine", "neighbours": 1}
