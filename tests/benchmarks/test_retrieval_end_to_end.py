"""The retrieval benchmark from prepared data to report, on a toy data set."""

import dataclasses
import json

import pytest

from benchmarks.retrieval_bench import data_sets
from benchmarks.retrieval_bench.commands import keep, report, restore, run, tune
from benchmarks.retrieval_bench.fit_baseline import fit_best
from benchmarks.retrieval_bench.options import Options
from benchmarks.retrieval_bench.plan import baseline_cells, trials
from benchmarks.retrieval_bench.prepare import prepare
from benchmarks.retrieval_bench.prepared import MANIFEST
from benchmarks.retrieval_bench.run_cell import run_cell
from benchmarks.retrieval_bench.study_commands import noise, width
from benchmarks.retrieval_bench.variants import FULL, NO_TEXT
from tests.benchmarks.toy_retrieval import prepared_toy

BACKBONE = "matrix_factorization"


def test_a_baseline_is_chosen_on_validation_and_measured_on_test(tmp_path):
    prepared = prepared_toy(tmp_path)
    (cell,) = baseline_cells(prepared, "item_knn", [0])
    outcome = run_cell(cell, prepared.folder.path)
    assert outcome.summary["chosen"]["similarity"] in ("cosine", "tfidf", "bm25")
    assert outcome.summary["diverged"] is False
    # Who likes the items of one group finds the others of it.
    assert outcome.summary["metrics"]["recall@10"] == 1.0
    assert len(outcome.arrays["ndcg@20"]) == prepared.counts["test users"]
    with pytest.raises(ValueError, match="expected settings of the baseline item_knn"):
        fit_best(cell.model_copy(update={"settings": {"candidates": []}}), None)


@pytest.mark.slow
def test_a_trial_measures_nothing_of_test(tmp_path):
    prepared = prepared_toy(tmp_path)
    ((_, (cell,)),) = trials(prepared, BACKBONE, FULL, num_trials=1, num_seeds=1, seed=0)
    outcome = run_cell(cell, prepared.folder.path)
    assert outcome.arrays == {}
    assert "metrics" not in outcome.summary
    assert 0 < outcome.summary["validation ndcg@20"] <= 1


@pytest.mark.campaign
@pytest.mark.slow
def test_tune_run_studies_and_report_resume(tmp_path, monkeypatch, capsys):
    prepared = prepared_toy(tmp_path / "prepared")
    (prepared.folder.path / MANIFEST).unlink()
    toy = data_sets.DataSet("toy", str(tmp_path / "prepared" / "toy.yaml"), None)
    monkeypatch.setitem(data_sets.DATA_SETS, "toy", toy)
    assert prepare(["toy"], tmp_path, tmp_path / "prepared")[0].digest == prepared.digest
    options = Options(
        data=tmp_path,
        output=tmp_path / "output",
        prepared=tmp_path / "prepared",
        archive=tmp_path / "archive",
        sets=["toy"],
        backbones=[BACKBONE],
        variants=[NO_TEXT, FULL],
        baselines=["most_popular", "item_knn"],
        seeds=(0, 1),
        trials=1,
        trial_seeds=1,
        search_seed=0,
        jobs=1,
        threads=1,
        samples=200,
        cold_share=0.2,
        cold_seed=0,
        pages=[tmp_path / "page.md"],
    )
    assert tune(options) == 0
    assert run(options) == 0
    assert "6 cells, 0 of them run before." in capsys.readouterr().out
    assert run(options) == 0
    assert "6 cells, 6 of them run before." in capsys.readouterr().out
    options.pages[0].write_text("Words.\n<!-- benchmark table: systems -->\n\nMore.\n")
    assert report(options) == 0
    page = options.pages[0].read_text()
    assert page.startswith("Words.\n<!-- benchmark table: systems -->\n| data | test users |")
    assert page.endswith(" |\n\nMore.\n")
    document = json.loads((options.output / "results.json").read_text())
    assert [s["system"] for s in document["systems"]] == [
        "most_popular",
        "item_knn",
        BACKBONE,
        BACKBONE,
    ]
    assert [c["kind"] for c in document["comparisons"]] == [NO_TEXT, "best"]
    assert document["missing"] == []
    assert len(document["searches"]) == 2
    assert (options.output / "text_gain.svg").read_text().startswith("<svg")
    assert keep(options) == 0
    elsewhere = dataclasses.replace(options, output=tmp_path / "elsewhere")
    assert restore(elsewhere) == 0
    said = capsys.readouterr().out
    assert "6 runs added" in said
    assert "6 runs restored" in said
    assert "0 of the 6 that `run` would make are missing" in said
    assert report(elsewhere) == 0
    for table in ("results.md", "summary.md"):
        there = (elsewhere.output / table).read_text()
        assert "6 of 6 runs come from the archive.\n\n" in there
        there = there.replace("6 of 6 runs come from the archive.\n\n", "")
        assert there.replace(" (published)", "") == (options.output / table).read_text()
    monkeypatch.setattr("benchmarks.retrieval_bench.noise_study.SHARES", (0.2,))
    assert noise(options) == 0
    # The clean runs are those of `run`.
    assert "10 cells, 4 of them run before." in capsys.readouterr().out
    rows = json.loads((options.output / "noise.json").read_text())["rows"]
    clean = [row for row in rows if row["noise"] == "none"]
    assert all(row["relative to clean"] == 1 for row in clean)
    assert len(rows) == 5
    monkeypatch.setattr("benchmarks.retrieval_bench.width_study.WIDTHS", (8, 16))
    capsys.readouterr()
    assert width(options) == 0
    # The toy's own width is 8.
    assert "8 cells, 4 of them run before." in capsys.readouterr().out
    rows = json.loads((options.output / "width.json").read_text())["rows"]
    assert [row["width"] for row in rows] == ["8", "16", "best on validation"]
