"""What is measured of each user, what is compared, and what the report shows."""

import dataclasses
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks.retrieval_bench import summary
from benchmarks.retrieval_bench.cells import BASELINE, Cell
from benchmarks.retrieval_bench.comparisons import BEST, MAIN_KINDS, compare, identical_systems
from benchmarks.retrieval_bench.figure import draw_figure
from benchmarks.retrieval_bench.machine import code_digest
from benchmarks.retrieval_bench.markdown import probability
from benchmarks.retrieval_bench.measure import means, per_user
from benchmarks.retrieval_bench.report import Report
from benchmarks.retrieval_bench.results import SystemResult, code_note, read_result
from benchmarks.retrieval_bench.store import CellStore, Outcome
from benchmarks.retrieval_bench.variants import FULL, NO_TEXT, SHUFFLED_TEXT
from benchmarks.retrieval_bench.width_study import WIDTHS, WideRuns, width_table
from lmmrec_tfrs.evaluation.interactions import build_interactions
from lmmrec_tfrs.evaluation.report import USER_METRICS

USERS = 400


class Fixed:
    """Scores all items by their position, the last one highest."""

    name = "fixed"

    def __init__(self, num_items):
        self._scores = np.arange(num_items, dtype=np.float32)

    def scores(self, user_positions):
        return np.tile(self._scores, (len(user_positions), 1))


def test_metrics_and_slices_by_hand():
    # 30 items. One user has i00 to i04 in train and looks for i29 (rank 1) and i05; the other has
    # i29 and looks for i04 (one training interaction), at rank 25 of those that are not masked.
    items = [f"i{n:02}" for n in range(30)]
    train = [("a", item) for item in items[:5]] + [("b", "i29")]
    _, test = build_interactions(
        train, [], [("a", "i29"), ("a", "i05"), ("b", "i04")], items, mask_validation=True
    )
    values = per_user(Fixed(30), test)
    assert values["recall@10"].tolist() == [0.5, 0.0]
    ideal = 1 + 1 / np.log2(3)
    np.testing.assert_allclose(values["ndcg@20"], [1 / ideal, 0.0])
    assert values["user_history=5+/users"].tolist() == [0]
    assert values["user_history=1-4/recall@20"].tolist() == [0.0]
    # i29 has one interaction, and is found; i05 has none, and is not.
    assert values["item_history=1-4/recall@20"].tolist() == [1.0, 0.0]
    assert values["item_history=0/recall@20"].tolist() == [0.0]
    assert "user_history=0/recall@20" not in means(values)
    assert means(values)["recall@10"] == 0.25


def result(system, variant, level, validation, spread=0.0, seeds=3, data_set="toy"):
    rng = np.random.default_rng(sum(map(ord, system + variant)))
    users = np.random.default_rng(0).random(USERS) * 0.1
    values = level + users + rng.normal(scale=0.01, size=(seeds, USERS))
    values += spread * np.linspace(-1, 1, seeds)[:, np.newaxis]
    names = [f"{metric}@{k}" for metric in ("recall", "ndcg") for k in (10, 20)]
    slices = [
        f"{side}_history={group}/" for side in ("user", "item") for group in ("0", "1-4", "5+")
    ]
    noted = {
        "validation ndcg@20": validation,
        "code": code_digest(),
        "chosen": {"l2": 1.0},
        "seconds": 2.0,
        "cell": {"settings": {"l2": 0.5, "told apart by": variant}},
    }
    return SystemResult(
        data_set,
        system,
        variant,
        tuple(range(seeds)),
        {f"{prefix}{name}": values for prefix in ("", *slices) for name in names},
        (noted,) * seeds,
    )


@pytest.fixture
def results():
    return [
        result("ease", BASELINE, 0.30, validation=0.5, seeds=1),
        # Better on test, worse on validation: not the one to be compared with.
        result("ials", BASELINE, 0.50, validation=0.4),
        result("mlp", NO_TEXT, 0.35, validation=0.6),
        result("mlp", SHUFFLED_TEXT, 0.40, validation=0.9),
        result("mlp", FULL, 0.40, validation=0.8),
        result("mlp", "no_alignment", 0.38, validation=0.7),
    ]


def test_what_is_compared_and_with_what_outcome(results):
    found = compare(results, samples=2000)
    assert [(each.kind, each.first, each.second) for each in found] == [
        (NO_TEXT, "mlp, full", "mlp, no text"),
        (SHUFFLED_TEXT, "mlp, full", "mlp, shuffled text"),
        (BEST, "mlp, full", "ease"),
        ("no_alignment", "mlp, full", "mlp, no alignment"),
    ]
    by_kind = {each.kind: each for each in found}
    assert by_kind[NO_TEXT].difference == pytest.approx(0.05, abs=0.002)
    assert by_kind[NO_TEXT].relative == pytest.approx(0.05 / 0.40, abs=0.01)
    assert by_kind[NO_TEXT].adjusted_p_value < 0.05
    assert by_kind[SHUFFLED_TEXT].adjusted_p_value > 0.05
    # The least p that 2,000 samples can say; the part that was left out is of another family.
    assert by_kind[BEST].p_value == pytest.approx(2 / 2001)
    assert by_kind[BEST].adjusted_p_value == pytest.approx(3 * 2 / 2001)
    part = by_kind["no_alignment"]
    assert part.adjusted_p_value == part.p_value


def test_seeds_that_disagree_are_no_proof():
    results = [
        result("mlp", NO_TEXT, 0.35, 0.5, spread=0.05),
        result("mlp", FULL, 0.36, 0.5, spread=0.05),
    ]
    (comparison,) = compare(results, samples=2000)
    assert comparison.p_value > 0.2


def test_all_data_sets_are_one_family():
    results = [
        result("mlp", variant, 0.4, 0.5, data_set=name)
        for name in ("one", "two")
        for variant in (NO_TEXT, FULL)
    ]
    first, second = compare(results, samples=500)
    assert first.p_value == second.p_value < 1
    assert first.adjusted_p_value == pytest.approx(min(1.0, 2 * first.p_value))


def test_systems_without_a_difference_are_named(results):
    assert identical_systems(results) == []
    full = results[4]
    other = result("mlp", "no_part", 0.2, validation=0.7)
    same_outcome = dataclasses.replace(other, values=full.values)
    same_settings = dataclasses.replace(other, summaries=full.summaries)
    for twin in (same_outcome, same_settings):
        ((a, b),) = identical_systems([*results, twin])
        assert (a.label, b.label) == ("mlp, full", "mlp, no part")


@pytest.fixture
def report(results):
    return Report(
        counts={"toy": {"test users": USERS, "candidates": 9}},
        results=results,
        comparisons=compare(results, samples=500),
        searches=[],
        identical=["toy: a; b"],
        missing=[cell(3), cell(4), cell(4, "no_part")],
        samples=500,
    )


def test_the_report_shows_everything(report):
    text = report.to_markdown()
    assert "| toy | mlp, full | ease (best) |" not in text
    assert "| toy | mlp, full (best) | ease (best) |" in text
    assert "correction over the 3 comparisons" in text
    assert "Holm's correction over these 1 comparisons" in text
    assert "## Identical outcomes" in text
    assert "- toy, mlp, seeds 3, 4: full\n- toy, mlp, seeds 4: no part\n" in text
    assert "**Not tuned**" in text
    assert "states of the code" not in text
    document = report.to_json()
    assert document["missing"][-1] == "toy/mlp/no_part seed 4"
    assert len(document["systems"]) == 6
    assert document["comparisons"][0]["kind"] == NO_TEXT
    assert set(USER_METRICS) >= {"recall", "ndcg"}


def test_the_short_tables_say_what_the_long_ones_do(results, report):
    text = summary.to_markdown(report)
    values = {result.label: f"{result.mean('ndcg@20'):.4f}" for result in results}
    full, without = values["mlp, full"], values["mlp, no text"]
    shuffled, ease, ials = (values[name] for name in ("mlp, shuffled text", "ease", "ials"))
    model = f"{without} (MLP) | {full} (MLP)"
    assert f"| toy | {USERS} | 9 | - | {ease} | {ials} | - | {model} |" in text
    assert f"| toy | MLP | {without} | {shuffled} | {full} | +" in text
    assert f"| toy | mlp, full | {full} | ease | {ease} | +" in text
    (part,) = [each for each in report.comparisons if each.kind not in MAIN_KINDS]
    change = f"{-part.difference / part.first_mean:+.1%} (p {probability(part.p_value)})"
    assert f"| toy, MLP | {full} | {change} |" in text


def test_what_a_part_is_worth_over_all_rows_by_hand(report):
    (part,) = [each for each in report.comparisons if each.kind not in MAIN_KINDS]
    # Without the part: 0.40 to 0.38, 0.40 to 0.44, and no change.
    worth = {"one": (0.02, 0.03), "two": (-0.04, 0.5), "three": (0.0, 1.0)}
    comparisons = [
        dataclasses.replace(
            part,
            data_set=name,
            first_mean=0.4,
            difference=difference,
            p_value=p_value,
            adjusted_p_value=min(1.0, 3 * p_value),
        )
        for name, (difference, p_value) in worth.items()
    ]
    text = summary.to_markdown(dataclasses.replace(report, comparisons=comparisons))
    # (-5% + 10% + 0) / 3
    assert "| no alignment | 3 | 1 | 1 | +1.7% | 0.030 | 0.090 |" in text


def test_the_short_tables_say_what_they_are(report):
    text = summary.to_markdown(report)
    assert text.startswith(report.header())
    assert "(500 samples)" in text
    assert "3 runs are missing" in text
    empty = Report({}, [], [], [], [], [], samples=500)
    assert summary.to_markdown(empty) == empty.header() + "\n"
    nothing = dataclasses.replace(report.comparisons[-1], first_mean=0.0, second_mean=0.0)
    assert "| - (p " in summary.to_markdown(dataclasses.replace(report, comparisons=[nothing]))


def test_runs_of_earlier_code_are_named(results):
    assert code_note(results) == []
    earlier = dataclasses.replace(results[2], summaries=({**results[2].summaries[0], "code": "c"},))
    (note,) = code_note([earlier, results[3]])
    assert "states of the code" in note
    assert f"the present one, {code_digest()}: c (mlp). Results" in note


def test_the_figure_has_an_interval_for_each_control(report):
    svg = ElementTree.fromstring(draw_figure(report.comparisons))
    space = "{http://www.w3.org/2000/svg}"
    texts = [element.text for element in svg.iter(f"{space}text")]
    assert "toy, mlp" in texts
    assert "0" in texts
    # Two points and two of the legend; an interval holds its point.
    assert len(list(svg.iter(f"{space}circle"))) == 4
    intervals = [e for e in svg.iter(f"{space}line") if e.get("stroke-width")]
    points = list(svg.iter(f"{space}circle"))[2:]
    for line, point in zip(intervals, points, strict=True):
        assert float(line.get("x1")) <= float(point.get("cx")) <= float(line.get("x2"))


def test_a_difference_beyond_the_axis_is_written_out_at_its_end(report):
    large = [
        dataclasses.replace(each, difference=1.6 * each.second_mean, high=2.0 * each.second_mean)
        for each in report.comparisons
    ]
    svg = ElementTree.fromstring(draw_figure(large))
    space = "{http://www.w3.org/2000/svg}"
    texts = [element.text for element in svg.iter(f"{space}text")]
    assert texts.count("+160%") == len(list(svg.iter(f"{space}polygon"))) == 2
    assert "+100%" not in texts
    right = max(float(line.get("x2")) for line in svg.iter(f"{space}line"))
    assert right <= 370 + 560


def test_nothing_to_draw_is_still_a_figure():
    assert draw_figure([]).startswith("<svg")


def cell(seed, variant=FULL):
    return Cell(
        data_set="toy",
        data_digest="d",
        system="mlp",
        variant=variant,
        seed=seed,
        measures="test",
        settings={},
    )


def test_results_are_read_as_far_as_they_are_there(tmp_path):
    store = CellStore(tmp_path)
    cells = [cell(seed) for seed in range(3)]
    assert read_result(store, cells) is None
    for each in cells[:2]:
        values = {"users": np.array([1, 5]), "ndcg@20": np.array([0.0, each.seed])}
        store.write(each, Outcome({"diverged": False, "validation ndcg@20": 0.1}, values))
    found = read_result(store, cells)
    assert found is not None
    assert found.seeds == (0, 1)
    assert found.values["ndcg@20"].tolist() == [[0.0, 0.0], [0.0, 1.0]]
    assert found.mean("ndcg@20") == 0.25
    assert found.deviation("ndcg@20") == pytest.approx(np.std([0.0, 0.5], ddof=1))


def test_a_diverged_training_is_no_result(tmp_path):
    store = CellStore(tmp_path)
    store.write(cell(0), Outcome({"diverged": True, "validation ndcg@20": 0.0}, {}))
    with pytest.raises(ValueError, match="toy/mlp/full seed 0 diverged"):
        read_result(store, [cell(0)])


def test_widths_are_compared_one_by_one_and_at_the_best_of_each():
    narrow, wide = WIDTHS[0], WIDTHS[-1]
    levels = {
        (NO_TEXT, narrow): (0.10, 0.4),
        (NO_TEXT, wide): (0.20, 0.5),
        (FULL, narrow): (0.25, 0.6),
        (FULL, wide): (0.20, 0.5),
    }
    found = [
        (WideRuns(width, ()), result("mlp", variant, level, validation))
        for (variant, width), (level, validation) in levels.items()
    ]
    text, rows = width_table(found, samples=200)
    assert [row["width"] for row in rows] == [str(narrow), str(wide), "best on validation"]
    of = {(r.variant, runs.width): r.mean("ndcg@20") for runs, r in found}
    pairs = [(narrow, narrow), (wide, wide), (wide, narrow)]
    expected = [of[FULL, full] / of[NO_TEXT, without] - 1 for without, full in pairs]
    assert [row["difference on test"] for row in rows] == pytest.approx(expected)
    assert [row["no text, validation"] for row in rows] == pytest.approx([0.4, 0.5, 0.5])
    assert [row["full, validation"] for row in rows] == pytest.approx([0.6, 0.5, 0.6])
    assert len(text.splitlines()) == 2 + len(rows)


def test_a_width_of_which_a_model_is_missing_has_no_row():
    found = [(WideRuns(WIDTHS[0], ()), result("mlp", FULL, 0.2, 0.5))]
    assert width_table(found, samples=200)[1] == []
