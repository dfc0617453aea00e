"""Full ranking of the validation pairs."""

import math
import types

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.training.early_stopping import EarlyStopping
from lmmrec_tfrs.training.progress import KeptWeights, TrainingProgress
from lmmrec_tfrs.training.validation import RankingValidator, top_k


@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_ndcg_and_recall_by_hand(batch_size: int):
    """Scores are the item vectors: everybody's order is items 3, 2, 1, 0.

    User 0 has bought 3, so sees 2, 1 and finds 1 at rank 2 of one relevant item: NDCG
    1 / log2(3). User 2 wants 3 and 0, finds 3 at rank 1: 1 / (1 + 1 / log2(3)), recall 1/2.
    User 1 has no validation pair.
    """
    validator = RankingValidator(
        train_pairs=np.array([[0, 3], [1, 2], [2, 2]]),
        validation_pairs=np.array([[2, 3], [0, 1], [2, 0]]),
        num_users=3,
        num_items=4,
        k=2,
        batch_size=batch_size,
    )
    np.testing.assert_array_equal(validator.users, [0, 2])
    metrics = validator.evaluate(
        np.ones((2, 1), np.float32), np.arange(4, dtype=np.float32)[:, np.newaxis]
    )
    second = 1 / math.log2(3)
    assert metrics["ndcg_at_2"] == pytest.approx((second + 1 / (1 + second)) / 2)
    assert metrics["recall_at_2"] == pytest.approx((1 + 1 / 2) / 2)


def test_k_is_lowered_to_the_number_of_items():
    validator = RankingValidator(np.zeros((0, 2), int), np.array([[0, 1]]), 1, 3, k=20)
    metrics = validator.evaluate(np.ones((1, 1), np.float32), np.ones((3, 1), np.float32))
    assert metrics["recall_at_3"] == 1.0


def test_top_k_agrees_with_a_full_sort():
    scores = np.random.default_rng(0).permutation(60).reshape(3, 20).astype(np.float32)
    np.testing.assert_array_equal(top_k(scores, 7), np.argsort(-scores, axis=1)[:, :7])


def test_a_diverged_model_has_no_rank():
    validator = RankingValidator(np.zeros((0, 2), int), np.array([[0, 1]]), 1, 3, k=2)
    users, items = np.ones((1, 1), np.float32), np.array([[1.0], [np.nan], [0.0]], np.float32)
    assert all(math.isnan(value) for value in validator.evaluate(users, items).values())


def _stopping(patience: int, minimum_epochs: int = 1) -> tuple[EarlyStopping, tf.Variable]:
    """Early stopping of a model that is one weight."""
    weight = tf.Variable([1.0])
    tower = types.SimpleNamespace(weights=[weight])
    model = types.SimpleNamespace(query_tower=tower, candidate_tower=tower)
    progress, kept = TrainingProgress(), KeptWeights()
    return EarlyStopping(model, progress, kept, "ndcg_at_20", patience, minimum_epochs), weight


def test_training_stops_when_the_patience_is_over():
    stopping, weight = _stopping(patience=2)
    assert [stopping.add({"ndcg_at_20": value}) for value in (0.1, 0.3, 0.2)] == [False] * 3
    weight.assign([2.0])
    assert stopping.add({"ndcg_at_20": 0.3})
    stopping.restore_best()
    assert float(weight) == 1.0


def test_a_plateau_at_the_start_ends_nothing():
    plateau = [0.2, 0.19, 0.19, 0.2, 0.19]
    impatient, _ = _stopping(patience=2)
    assert [impatient.add({"ndcg_at_20": value}) for value in plateau].index(True) == 2
    stopping, weight = _stopping(patience=2, minimum_epochs=6)
    assert not any(stopping.add({"ndcg_at_20": value}) for value in plateau)
    weight.assign([2.0])
    # The sixth epoch is the best: the patience counts from there.
    assert not stopping.add({"ndcg_at_20": 0.3})
    weight.assign([3.0])
    assert not stopping.add({"ndcg_at_20": 0.25})
    assert stopping.add({"ndcg_at_20": 0.25})
    stopping.restore_best()
    assert float(weight) == 2.0
    still, _ = _stopping(patience=2, minimum_epochs=6)
    assert [still.add({"ndcg_at_20": value}) for value in [*plateau, 0.2]].index(True) == 5


def test_divergence_ends_training_with_the_best_weights_or_an_error(caplog):
    with pytest.raises(FloatingPointError, match="after epoch 1: training has diverged"):
        _stopping(patience=5)[0].add({"ndcg_at_20": math.nan})
    later, weight = _stopping(patience=5, minimum_epochs=5)
    assert not later.add({"ndcg_at_20": 0.1})
    weight.assign([math.nan])
    assert later.add({"ndcg_at_20": math.nan})
    assert "best epoch" in caplog.text
    later.restore_best()
    assert float(weight) == 1.0
