"""Outcomes that are kept in the repository come back as they were."""

import dataclasses

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks.retrieval_bench import archive
from benchmarks.retrieval_bench.cells import Cell
from benchmarks.retrieval_bench.results import read_result
from benchmarks.retrieval_bench.store import CellStore, Outcome
from tests.benchmarks.toy_retrieval import prepared_toy

SLICE = "user_history=0/recall@20"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    return prepared_toy(tmp_path_factory.mktemp("data"))


@pytest.fixture
def store(tmp_path):
    return CellStore(tmp_path / "cells")


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


def outcome(seed):
    arrays = {
        "users": np.array([0, 3]),
        "ndcg@20": np.array([0.0, 1 / (seed + 3)]),
        "recall@20": np.array([0.0, 1.0]),
        "user_history=0/users": np.array([3]),
        SLICE: np.array([1.0]),
    }
    means = {name: float(a.mean()) for name, a in arrays.items() if not name.endswith("users")}
    summary = {"diverged": False, "validation ndcg@20": 0.1, "code": "c", "metrics": means}
    return Outcome(summary, arrays)


def test_what_was_kept_comes_back_into_an_empty_store(prepared, store, tmp_path):
    cells = [cell(prepared, seed) for seed in range(3)]
    for each in cells[:2]:
        store.write(each, outcome(each.seed))
    assert archive.keep(tmp_path / "archive", prepared, cells, store) == 2

    # Prepared anew, the vectors of the texts may differ in their last digits.
    again = dataclasses.replace(prepared, digest="another")
    other = CellStore(tmp_path / "elsewhere")
    assert archive.restore(tmp_path / "archive", again, other) == 2
    of_again = [cell(again, seed) for seed in range(3)]
    before, after = read_result(store, cells), read_result(other, of_again)
    assert before is not None
    assert after is not None
    assert after.seeds == before.seeds == (0, 1)
    np.testing.assert_array_equal(after.values["ndcg@20"], before.values["ndcg@20"])
    for metric in ("ndcg@20", "recall@20", SLICE):
        assert after.mean(metric) == pytest.approx(before.mean(metric))
        assert after.deviation(metric) == pytest.approx(before.deviation(metric))
    assert after.mean("item_history=0/recall@20") is None
    assert archive.restore(tmp_path / "archive", again, other) == 0


def test_restored_runs_and_runs_of_here_make_one_result(prepared, store, tmp_path):
    cells = [cell(prepared, seed) for seed in range(2)]
    store.write(cells[0], outcome(0))
    archive.keep(tmp_path / "archive", prepared, cells, store)
    other = CellStore(tmp_path / "elsewhere")
    archive.restore(tmp_path / "archive", prepared, other)
    other.write(cells[1], outcome(1))
    found = read_result(other, cells)
    assert found is not None
    assert found.values["ndcg@20"].shape == (2, 2)
    assert found.mean(SLICE) == 1.0


def test_keeping_again_adds_and_replaces(prepared, store, tmp_path):
    first, second = cell(prepared, 0), cell(prepared, 1)
    store.write(first, outcome(0))
    archive.keep(tmp_path, prepared, [first], store)
    store.write(second, outcome(1))
    store.write(first, outcome(5))
    assert archive.keep(tmp_path, prepared, [first, second], store) == 2
    other = CellStore(tmp_path / "elsewhere")
    archive.restore(tmp_path, prepared, other)
    assert other.read(first).arrays["ndcg@20"][1] == 1 / 8


def test_what_is_kept_names_nobody(prepared, store, tmp_path):
    store.write(cell(prepared, 0), outcome(0))
    archive.keep(tmp_path, prepared, [cell(prepared, 0)], store)
    (row,) = pq.read_table(tmp_path / f"{prepared.name}.parquet").to_pylist()
    assert row["users"] == [0, 3]
    assert not any(f"{letter}{row:02}" in str(row) for letter in "ui" for row in range(14))


def test_outcomes_of_other_events_are_refused(prepared, store, tmp_path, monkeypatch):
    store.write(cell(prepared, 0), outcome(0))
    archive.keep(tmp_path, prepared, [cell(prepared, 0)], store)
    monkeypatch.setattr(archive, "_events_digest", lambda data: "others")
    with pytest.raises(ValueError, match=r"of the events others .* run the cells anew"):
        archive.restore(tmp_path, prepared, CellStore(tmp_path / "elsewhere"))


def test_nothing_kept_is_nothing_restored(prepared, store, tmp_path):
    assert archive.keep(tmp_path / "archive", prepared, [], store) == 0
    assert not (tmp_path / "archive").exists()
    assert archive.restore(tmp_path / "archive", prepared, store) == 0
