"""The metrics of the extraction benchmark, against numbers worked out by hand."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from benchmarks.extraction_quality import classification, ranking
from benchmarks.extraction_quality.tables import Estimate, table


def test_accuracy_and_macro_f1_by_hand():
    # Class 0: 2 of 3 found, 2 of 2 right, F1 4/5. Class 1: 1 of 1 and 1 of 2, F1 2/3. Class 2
    # is neither true nor predicted, and does not count.
    confusion = np.array([[2, 1, 0], [0, 1, 0], [0, 0, 0]])
    accuracy, macro_f1 = classification.confusion_scores(confusion)
    assert accuracy == pytest.approx(3 / 4)
    assert macro_f1 == pytest.approx((4 / 5 + 2 / 3) / 2)


def test_macro_f1_agrees_with_scikit_learn():
    rng = np.random.default_rng(0)
    truth, predicted = rng.integers(4, size=(2, 60))
    counts = np.ones((2, 60), dtype=np.int64)
    accuracy, macro_f1 = classification.resampled_scores(truth, predicted, 4, counts)[:, 0]
    assert accuracy == pytest.approx(accuracy_score(truth, predicted))
    assert macro_f1 == pytest.approx(f1_score(truth, predicted, average="macro"))


def test_a_run_counts_only_what_it_judges():
    truth = np.array([0, 0, 1, 1])
    runs = np.array([[0, 0, classification.NOT_JUDGED, classification.NOT_JUDGED], [1, 0, 1, 1]])
    accuracy, _ = classification.resampled_scores(truth, runs, 2, np.ones((1, 4), dtype=int))
    assert accuracy[0] == pytest.approx((1 + 3 / 4) / 2)


def test_resamples_keep_the_texts_of_a_draw_together():
    truth, predicted = np.array([0, 1]), np.array([[0, 0]])
    counts = np.array([[1, 1], [2, 0], [0, 2]])
    accuracy, _ = classification.resampled_scores(truth, predicted, 2, counts)
    assert accuracy.tolist() == [0.5, 1.0, 0.0]


def test_resample_counts_start_with_every_text_once_and_keep_the_size():
    counts = classification.resample_counts(7, 5, seed=1)
    assert counts.shape == (6, 7)
    assert counts[0].tolist() == [1] * 7
    assert counts.sum(axis=1).tolist() == [7] * 6
    assert np.array_equal(counts, classification.resample_counts(7, 5, seed=1))


def test_p_value_doubles_the_rarer_side():
    differences = np.array([0.2, *([0.1] * 18), -0.1])  # the figure, then 19 resamples
    assert classification.p_value(differences) == pytest.approx(2 * (1 + 1) / 20)


def test_ranking_metrics_by_hand():
    scores = np.array([[0.1, 0.9, 0.5, 0.3], [0.4, 0.3, 0.2, 0.1]])
    relevant = np.array([[True, False, True, False], [True, False, False, False]])
    # Ranked, the first row is motivations 1, 2, 3, 0; the second 0, 1, 2, 3.
    hits = ranking.ranked_hits(scores, relevant)
    assert hits.tolist() == [[False, True, False, True], [True, False, False, False]]
    assert ranking.precision_at_k(hits, 1).tolist() == [0.0, 1.0]
    assert ranking.precision_at_k(hits, 3).tolist() == pytest.approx([1 / 3, 1 / 3])
    assert ranking.hit_at_k(hits, 1).tolist() == [0.0, 1.0]
    assert ranking.hit_at_k(hits, 3).tolist() == [1.0, 1.0]


def test_all_metrics_of_a_text_by_hand():
    values = ranking.metrics(np.array([[0.1, 0.5, 0.4, 0.3, 0.2]]), np.eye(5, dtype=bool)[[2]])
    assert {name: value.item() for name, value in values.items()} == {
        "top-1": 0.0,
        "hit@3": 1.0,
        "precision@3": pytest.approx(1 / 3),
        "recall@3": 1.0,
        "nDCG@5": pytest.approx(1 / np.log2(3)),
    }


def test_popularity_leaves_the_text_itself_out():
    relevant = np.array([[True, False], [True, True], [False, True]])
    assert ranking.popularity_scores(relevant).tolist() == [[1.0, 2.0], [1.0, 1.0], [2.0, 1.0]]


def test_a_random_order_hits_as_often_as_chance_has_it():
    relevant = np.zeros((200, 10), dtype=bool)
    relevant[:, 3] = True
    drawn = ranking.random_metrics(relevant, seed=0, draws=50)
    assert drawn["top-1"].mean() == pytest.approx(1 / 10, abs=0.01)
    assert drawn["hit@3"].mean() == pytest.approx(3 / 10, abs=0.01)


def test_the_interval_of_a_constant_is_that_constant():
    assert ranking.mean_estimate(np.full(9, 0.25), seed=0) == Estimate(0.25, 0.25, 0.25)


def test_tables_are_markdown():
    text = table(["", "F1"], [["encode", 0.5], ["score", str(Estimate(0.5, 0.25, 0.75))]])
    assert text.splitlines() == [
        "|  | F1 |",
        "|---|---|",
        "| encode | 0.500 |",
        "| score | 0.500 [0.250, 0.750] |",
    ]
    assert Estimate(0.5, -0.25, 0.75).signed == "+0.500 [-0.250, +0.750]"
