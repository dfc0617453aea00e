"""Slices, the report, and the verdict."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from lmmrec_tfrs.evaluation.config import EvaluationConfig
from lmmrec_tfrs.evaluation.evaluate import evaluate
from lmmrec_tfrs.evaluation.interactions import build_interactions
from lmmrec_tfrs.evaluation.report import EvaluationReport
from lmmrec_tfrs.evaluation.verdict import judge

CONFIG = EvaluationConfig(
    ks=(1, 2), gate_metric="ndcg@2", bootstrap_samples=100, baselines=("most_popular",)
)


class Fixed:
    """The same scores for every user."""

    def __init__(self, name, scores):
        self.name = name
        self._scores = np.array(scores, dtype=np.float32)

    def scores(self, user_positions):
        return np.tile(self._scores, (len(user_positions), 1))


@pytest.fixture
def interactions():
    """Items a (5 interactions), b (1), c (0), d (0); users u0 (2), u1..u4 (1), new (0)."""
    _, test = build_interactions(
        train=[("u0", "a"), ("u0", "b"), *[(f"u{n}", "a") for n in range(1, 5)]],
        validation=[],
        test=[("u0", "c"), ("u1", "b"), ("u1", "c"), ("new", "a")],
        catalogue=["a", "b", "c", "d"],
        mask_validation=True,
    )
    return test


@pytest.fixture
def report(interactions):
    # The lists, without what is masked: u0: d c; u1: d c b; new: d c b a.
    model = Fixed("model", [1, 2, 3, 4])
    # u0: c d; u1: b c d; new: a b c d.
    popular = Fixed("most_popular", [4, 3, 2, 1])
    return evaluate([model, popular], interactions, CONFIG)


def test_overall_by_hand(report):
    # The model's hits: u0 at rank 2 of 1 relevant, u1 at rank 2 of 2, new none.
    metrics = report.slice("overall").metrics["model"]
    discount = 1 / math.log2(3)
    assert metrics["recall@1"] == 0
    assert metrics["recall@2"] == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert metrics["ndcg@2"] == pytest.approx((discount + discount / (1 + discount) + 0) / 3)
    assert metrics["mrr@2"] == pytest.approx((1 / 2 + 1 / 2 + 0) / 3)
    assert metrics["hit_rate@2"] == pytest.approx(2 / 3)
    # d and c are shown, of four items; neither was ever trained on.
    assert metrics["coverage@2"] == 2 / 4
    assert metrics["mean_popularity@2"] == 0
    # Most popular shows c d, b c, a b: (0 + 0 + 1 + 0 + 5 + 1) / 6 interactions.
    assert report.value("most_popular", "mean_popularity@2") == pytest.approx(7 / 6)
    assert report.value("most_popular", "recall@2") == 1


def test_user_slices_go_by_training_history_cold_apart(report):
    sizes = {each.name: (each.num_users, each.num_relevant) for each in report.slices}
    assert sizes["overall"] == (3, 4)
    assert sizes["user_history=0"] == (1, 1)
    assert sizes["user_history=1-4"] == (2, 3)
    assert sizes["user_history=5-19"] == sizes["user_history=20+"] == (0, 0)
    assert report.value("model", "recall@2", "user_history=0") == 0
    assert report.value("model", "recall@2", "user_history=1-4") == pytest.approx(3 / 4)
    assert report.slice("user_history=20+").metrics == {}


def test_item_slices_restrict_what_is_to_be_found(report):
    sizes = {each.name: (each.num_users, each.num_relevant) for each in report.slices}
    # Cold: c, for u0 and u1. One interaction: b, for u1. Five: a, for new.
    assert sizes["item_history=0"] == (2, 2)
    assert sizes["item_history=1-4"] == (1, 1)
    assert sizes["item_history=5-19"] == (1, 1)
    assert report.value("model", "recall@2", "item_history=0") == 1
    # All candidates still compete: u1's b comes third, behind d and c.
    assert report.value("model", "recall@2", "item_history=1-4") == 0
    assert "coverage@2" not in report.slice("item_history=0").metrics["model"]


def test_counts_and_protocol(report):
    assert (report.num_users, report.num_items, report.num_cold_items) == (3, 4, 2)
    assert report.masked == ("train", "validation")
    assert report.scorers == ("model", "most_popular")


def test_the_model_is_compared_with_each_other_scorer(report):
    comparisons = {each.metric: each for each in report.comparisons}
    assert set(comparisons) == {"ndcg@2", "recall@2"}
    difference = report.value("model", "recall@2") - report.value("most_popular", "recall@2")
    assert comparisons["recall@2"].difference == pytest.approx(difference)


def test_the_report_survives_json(report):
    assert EvaluationReport.from_json(report.to_json()) == report


def test_rows_for_a_table(report):
    rows = report.rows()
    assert [row["scorer"] for row in rows] == ["model", "most_popular"]
    assert rows[1]["recall@2"] == 1
    assert report.rows("user_history=20+") == []


def test_an_unknown_slice_is_named(report):
    with pytest.raises(KeyError, match=r"overall.*received 'all'"):
        report.slice("all")


def test_scorers_of_one_name_are_refused(interactions):
    with pytest.raises(ValueError, match="distinct names"):
        evaluate([Fixed("a", [1] * 4), Fixed("a", [1] * 4)], interactions, CONFIG)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"minimum_value": 0.3}, None),
        ({"minimum_value": 0.4}, "below the floor of 0.4000"),
        ({"minimum_ratio_to_most_popular": 0.3}, None),
        ({"minimum_ratio_to_most_popular": 0.5}, "0.5 times most-popular's 1.0000"),
    ],
)
def test_the_floor_and_most_popular_gate(report, changes, reason):
    # The model's NDCG@2 is 0.3392; most-popular's is 1.
    verdict = judge(report, CONFIG.model_copy(update=changes))
    assert verdict.blessed == (reason is None)
    if reason:
        assert reason in verdict.reasons[0]


@pytest.mark.parametrize(("drop", "blessed"), [(0.0, False), (0.6, False), (0.7, True)])
def test_the_latest_blessed_model_gates(report, drop, blessed):
    config = CONFIG.model_copy(update={"allowed_drop_from_blessed": drop})
    assert judge(report, config, blessed_scorer="most_popular").blessed == blessed


def test_a_model_as_good_as_the_blessed_one_is_blessed(report):
    assert judge(report, CONFIG, blessed_scorer="model").blessed


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"gate_metric": "ndcg@7"}, "expected gate_metric among"),
        ({"ks": (5, 5)}, "distinct lengths"),
        ({"ks": ()}, "distinct lengths"),
        ({"baselines": ("ease", "ease")}, "each baseline once"),
        ({"baselines": ("ease",), "minimum_ratio_to_most_popular": 1.0}, "needs 'most_popular'"),
        ({"baseline": ("ease",)}, "did you mean 'baselines'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, message):
    with pytest.raises(ValidationError, match=message):
        EvaluationConfig(**settings)


def test_settings_survive_json():
    config = EvaluationConfig(minimum_value=0.1, ks=(20, 5))
    assert EvaluationConfig.model_validate_json(config.model_dump_json()) == config
