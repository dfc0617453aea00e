"""The baselines against their formulas."""

import numpy as np
import pytest
import scipy.sparse

from lmmrec_tfrs.evaluation.baselines import Ease, ImplicitAls, MostPopular, fit_baselines
from lmmrec_tfrs.evaluation.baselines.item_knn import ItemKnn
from lmmrec_tfrs.evaluation.config import EvaluationConfig
from lmmrec_tfrs.evaluation.interactions import build_interactions


def matrix(rows):
    return scipy.sparse.csr_matrix(np.array(rows, dtype=bool))


def test_most_popular_gives_everybody_the_counts():
    scorer = MostPopular(matrix([[1, 1, 0], [1, 0, 0]]))
    np.testing.assert_array_equal(scorer.scores(np.array([1, 0])), [[2, 1, 0], [2, 1, 0]])


def test_ease_of_three_items_by_hand():
    # X = [[1,1,0],[0,1,1]], l2 = 1: G = [[2,1,0],[1,3,1],[0,1,2]], det 8, adjugate
    # [[5,-2,1],[-2,4,-2],[1,-2,5]]. B_ij = -P_ij / P_jj.
    scorer = Ease(matrix([[1, 1, 0], [0, 1, 1]]), l2=1.0)
    expected = [[0, 1 / 2, -1 / 5], [2 / 5, 0, 2 / 5], [-1 / 5, 1 / 2, 0]]
    np.testing.assert_allclose(scorer.item_weights, expected, atol=1e-6)
    assert scorer.item_weights.dtype == np.float32
    # User 0 has items 0 and 1: the sum of the first two rows.
    np.testing.assert_allclose(scorer.scores(np.array([0])), [[2 / 5, 1 / 2, 1 / 5]], atol=1e-6)


def test_ease_solves_its_constrained_least_squares():
    """Against a solver that knows nothing of the closed form: a column at a time."""
    rng = np.random.default_rng(0)
    train = rng.random((40, 6)) < 0.4
    weights = Ease(scipy.sparse.csr_matrix(train), l2=3.0).item_weights
    x = train.astype(float)
    for column in range(6):
        others = [item for item in range(6) if item != column]
        stacked = np.concatenate([x[:, others], np.sqrt(3.0) * np.eye(5)])
        target = np.concatenate([x[:, column], np.zeros(5)])
        solution = np.linalg.lstsq(stacked, target, rcond=None)[0]
        np.testing.assert_allclose(weights[others, column], solution, atol=1e-5)


def test_ease_leaves_cold_items_out_and_last():
    without = Ease(matrix([[1, 1, 0], [0, 1, 1]]), l2=1.0)
    scorer = Ease(matrix([[1, 0, 1, 0], [0, 0, 1, 1]]), l2=1.0)
    np.testing.assert_allclose(scorer.item_weights, without.item_weights, atol=1e-6)
    scores = scorer.scores(np.array([0, 1]))
    assert (scores[:, 1] < np.delete(scores, 1, axis=1).min(axis=1)).all()


def test_items_that_a_history_says_nothing_of_go_by_popularity():
    """Two groups: the first user's history says nothing of items 2 to 4, had by 1, 3 and 2."""
    rows = [[1, 1, 0, 0, 0], [1, 1, 0, 0, 0], [0, 0, 1, 1, 1], [0, 0, 0, 1, 1], [0, 0, 0, 1, 0]]
    for scorer in (ItemKnn(matrix(rows)), Ease(matrix(rows), l2=1.0)):
        (scores,) = scorer.scores(np.array([0]))
        assert np.argsort(-scores).tolist()[2:] == [3, 4, 2], scorer.name
        assert (scores[2:] < scores[:2].min()).all()


def test_ease_refuses_too_many_items():
    with pytest.raises(ValueError, match=r"at most 2 items .* received 3: leave 'ease' out"):
        Ease(matrix([[1, 1, 1, 0]]), l2=1.0, maximum_items=2)


@pytest.mark.parametrize("name", ["ease", "ials"])
def test_a_user_without_history_gets_what_is_popular(name):
    train = matrix([[1, 0, 0], [1, 1, 0], [0, 0, 0]])
    config = EvaluationConfig(baselines=(name,), ials_factors=2)
    (fitted,) = fit_baselines(train, None, config)
    np.testing.assert_array_equal(fitted.scorer.scores(np.array([2])), [[2, 1, 0]])


# Ten users like items 0-4, ten like 5-9; each lacks one item of the group.
MISSING = np.concatenate([np.arange(10) % 5, 5 + np.arange(10) % 5])


@pytest.fixture
def two_groups():
    rows = np.zeros([20, 10], dtype=bool)
    rows[:10, :5] = rows[10:, 5:] = True
    rows[np.arange(20), MISSING] = False
    return rows


def test_ials_separates_two_groups_and_repeats_itself(two_groups):
    train = scipy.sparse.csr_matrix(two_groups)
    config = EvaluationConfig(ials_factors=2, seed=3)
    first = ImplicitAls(train, 0.1, config).scores(np.arange(20))
    second = ImplicitAls(train, 0.1, config).scores(np.arange(20))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(np.where(two_groups, -np.inf, first).argmax(axis=1), MISSING)


def test_the_penalty_that_does_best_on_validation_is_chosen(two_groups):
    events = [(f"u{u:02}", f"i{i}") for u, i in zip(*np.nonzero(two_groups), strict=True)]
    held_out = [(f"u{u:02}", f"i{i}") for u, i in enumerate(MISSING)]
    validation, _ = build_interactions(events, held_out, [], [], mask_validation=True)
    config = EvaluationConfig(
        baselines=("ials", "most_popular"),
        ials_factors=2,
        # So strong a penalty leaves factors of zero, and ties.
        ials_regularization=(1e9, 0.1),
        ks=(1,),
        gate_metric="ndcg@1",
    )
    ials, popular = fit_baselines(validation.train, validation, config)
    assert ials.settings == {"regularization": 0.1}
    assert popular.settings == {}
    (first, _) = fit_baselines(validation.train, None, config)
    assert first.settings == {"regularization": 1e9}


def test_no_training_interactions_are_refused():
    with pytest.raises(ValueError, match="is the training split empty"):
        fit_baselines(matrix([[0, 0]]), None, EvaluationConfig())
