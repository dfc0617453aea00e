"""Outcomes that are kept in the repository come back as they were, and only where they belong."""

import dataclasses

import numpy as np
import pytest

from benchmarks.retrieval_bench import archive
from benchmarks.retrieval_bench.archive import Kept, Restored
from benchmarks.retrieval_bench.cells import Cell
from benchmarks.retrieval_bench.results import RESTORED, provenance_note, read_result
from benchmarks.retrieval_bench.store import CellStore, Outcome
from tests.benchmarks.toy_retrieval import prepared_toy, toy_events

SLICE = "user_history=0/recall@20"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    return prepared_toy(tmp_path_factory.mktemp("data"))


@pytest.fixture
def store(tmp_path):
    return CellStore(tmp_path / "cells")


@pytest.fixture
def elsewhere(tmp_path):
    return CellStore(tmp_path / "elsewhere")


def cell(prepared, seed, **fields):
    return Cell.model_validate(
        {
            "data_set": prepared.name,
            "data_digest": prepared.digest,
            "system": "mlp",
            "variant": "full",
            "seed": seed,
            "measures": "test",
            "settings": {"l2": 0.1, "seed": seed},
            **fields,
        }
    )


def outcome(seed, **noted):
    arrays = {
        "users": np.array([0, 3]),
        "ndcg@20": np.array([0.0, 1 / (seed + 3)]),
        "recall@20": np.array([0.0, 1 / (seed + 1)]),
        "user_history=0/users": np.array([3]),
        SLICE: np.array([1 / (seed + 1)]),
        "item_history=0/users": np.zeros(0, np.int64),
        "item_history=0/recall@20": np.zeros(0),
    }
    means = {
        name: float(values.mean())
        for name, values in arrays.items()
        if values.size and not name.endswith("users")
    }
    summary = {"diverged": False, "validation ndcg@20": 0.1, "code": "c", "metrics": means}
    return Outcome({**summary, **noted}, arrays)


def test_what_was_kept_comes_back_into_an_empty_store(prepared, store, elsewhere, tmp_path):
    cells = [cell(prepared, seed) for seed in range(3)]
    for each in cells[:2]:
        store.write(each, outcome(each.seed))
    assert archive.keep(tmp_path / "archive", prepared, cells, store) == Kept(2, 0, 0, 2)

    # Prepared anew, the vectors of the texts may differ in their last digits.
    nearly = tuple(value + 1e-5 for value in prepared.contents.motivations)
    contents = prepared.contents.model_copy(update={"motivations": nearly})
    again = dataclasses.replace(prepared, digest="another", contents=contents)
    assert archive.restore(tmp_path / "archive", again, elsewhere) == Restored(2, 0, 0)
    of_again = [cell(again, seed) for seed in range(3)]
    before, after = read_result(store, cells), read_result(elsewhere, of_again)
    assert before is not None
    assert after is not None
    assert after.seeds == before.seeds == (0, 1)
    np.testing.assert_array_equal(after.values["ndcg@20"], before.values["ndcg@20"])
    assert set(after.metrics) <= set(before.metrics)
    for metric in ("ndcg@20", "recall@20", SLICE):
        assert after.mean(metric) == pytest.approx(before.mean(metric))
        assert after.deviation(metric) == pytest.approx(before.deviation(metric))
    assert before.mean("item_history=0/recall@20") is None
    assert after.mean("item_history=0/recall@20") is None
    assert archive.restore(tmp_path / "archive", again, elsewhere) == Restored(0, 2, 0)
    assert provenance_note([before]) == []
    assert provenance_note([after]) == ["2 of 2 runs come from the archive."]


def test_restored_runs_and_runs_of_here_make_one_result(prepared, store, elsewhere, tmp_path):
    cells = [cell(prepared, seed) for seed in range(2)]
    store.write(cells[0], outcome(0))
    archive.keep(tmp_path / "archive", prepared, cells, store)
    archive.restore(tmp_path / "archive", prepared, elsewhere)
    elsewhere.write(cells[1], outcome(1))
    found = read_result(elsewhere, cells)
    assert found is not None
    assert found.values["ndcg@20"].shape == (2, 2)
    assert found.mean(SLICE) == pytest.approx((1 + 1 / 2) / 2)
    assert provenance_note([found]) == ["1 of 2 runs come from the archive."]


def test_a_metric_that_some_seeds_lack_is_an_error(prepared, store):
    cells = [cell(prepared, seed) for seed in range(2)]
    store.write(cells[0], outcome(0))
    less = outcome(1)
    del less.arrays[SLICE], less.summary["metrics"][SLICE]
    store.write(cells[1], less)
    found = read_result(store, cells)
    assert found is not None
    with pytest.raises(ValueError, match="of all seeds of toy: mlp, full, found it of 1 in 2"):
        found.mean(SLICE)


def test_runs_of_another_machine_are_named(prepared, store):
    other = {"machine": "a cluster", "versions": {"numpy": "0.9"}}
    store.write(cell(prepared, 0), outcome(0, **other))
    found = read_result(store, [cell(prepared, 0)])
    assert found is not None
    (note,) = provenance_note([found])
    assert "machine a cluster, numpy 0.9." in note


def test_keeping_again_adds_and_replaces_but_not_what_was_restored(
    prepared, store, elsewhere, tmp_path
):
    first, second = cell(prepared, 0), cell(prepared, 1)
    store.write(first, outcome(0))
    archive.keep(tmp_path / "archive", prepared, [first], store)
    store.write(second, outcome(1))
    store.write(first, outcome(5))
    both = [first, second]
    assert archive.keep(tmp_path / "archive", prepared, both, store) == Kept(1, 1, 0, 2)
    archive.restore(tmp_path / "archive", prepared, elsewhere)
    assert elsewhere.read(first).arrays["ndcg@20"][1] == 1 / 8
    assert elsewhere.summary(first)[RESTORED] == prepared.digest
    assert archive.keep(tmp_path / "archive", prepared, both, elsewhere) == Kept(0, 0, 0, 2)


def test_runs_that_diverged_are_left_out_and_counted(prepared, store, tmp_path):
    store.write(cell(prepared, 0), Outcome({"diverged": True, "validation ndcg@20": 0.0}, {}))
    kept = archive.keep(tmp_path / "archive", prepared, [cell(prepared, 0)], store)
    assert kept == Kept(0, 0, 1, 0)
    assert not (tmp_path / "archive").exists()


def test_a_cell_that_failed_here_is_not_hidden(prepared, store, elsewhere, tmp_path):
    store.write(cell(prepared, 0), outcome(0))
    archive.keep(tmp_path / "archive", prepared, [cell(prepared, 0)], store)
    note = elsewhere.write_failure(cell(prepared, 0), "broken")
    assert archive.restore(tmp_path / "archive", prepared, elsewhere) == Restored(0, 0, 1)
    assert note.is_file()


def test_what_is_kept_names_nobody(prepared, store, tmp_path):
    store.write(cell(prepared, 0), outcome(0))
    archive.keep(tmp_path, prepared, [cell(prepared, 0)], store)
    (row,) = archive.pq.read_table(tmp_path / f"{prepared.name}.parquet").to_pylist()
    assert row["users"] == [0, 3]
    text = str(row)
    events = [event for split in toy_events().values() for event in split]
    assert events
    for event in events:
        assert event.user_id not in text
        assert event.item_id not in text
        assert event.text not in text


@pytest.mark.parametrize(
    "other",
    [{"digest": "other events"}, {"motivations": (0.5,)}, {"motivations": (0.4, 0.3, 0.3) * 2}],
)
def test_outcomes_of_other_data_are_neither_restored_nor_mixed(
    prepared, store, elsewhere, tmp_path, other
):
    for seed in range(2):
        store.write(cell(prepared, seed), outcome(seed))
    cells = [cell(prepared, seed) for seed in range(2)]
    archive.keep(tmp_path / "archive", prepared, cells, store)
    contents = prepared.contents.model_copy(update=other)
    changed = dataclasses.replace(prepared, contents=contents)
    with pytest.raises(ValueError, match="of other data or of texts read in another way"):
        archive.restore(tmp_path / "archive", changed, elsewhere)
    assert not elsewhere.folder.exists()
    with pytest.raises(ValueError, match="of other data or of texts read in another way"):
        archive.keep(tmp_path / "archive", changed, cells, store)


def test_nothing_kept_is_nothing_restored(prepared, store, tmp_path):
    assert archive.keep(tmp_path / "archive", prepared, [], store) == Kept(0, 0, 0, 0)
    with pytest.raises(FileNotFoundError, match="expected an archive of outcomes"):
        archive.restore(tmp_path / "archive", prepared, store)
    (tmp_path / "archive").mkdir()
    assert archive.restore(tmp_path / "archive", prepared, store) == Restored(0, 0, 0)
