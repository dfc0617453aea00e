"""Cells, their fingerprints, and where their outcomes are kept."""

import numpy as np
import pytest

from benchmarks.retrieval_bench.atomic import write_arrays, write_json
from benchmarks.retrieval_bench.cells import Cell, Change
from benchmarks.retrieval_bench.store import CellStore, Outcome

CELL = Cell(
    data_set="toy",
    data_digest="d",
    system="mlp",
    variant="full",
    seed=1,
    measures="test",
    settings={"l2": 0.5, "backbone": {"name": "mlp"}},
)

CHANGES = {
    "data_set": "other",
    "data_digest": "e",
    "change": Change(kind="swapped_texts", share=0.1),
    "system": "lightgcn",
    "variant": "no_text",
    "seed": 2,
    "measures": "validation",
    "settings": {"l2": 0.5, "backbone": {"name": "lightgcn"}},
}


@pytest.mark.parametrize("field", Cell.model_fields)
def test_every_field_changes_the_fingerprint_and_the_path(field):
    other = CELL.model_copy(update={field: CHANGES[field]})
    assert other.fingerprint != CELL.fingerprint
    assert other.path != CELL.path


def test_the_share_of_noise_counts():
    shares = [Change(kind="swapped_texts", share=share) for share in (0.05, 0.1)]
    cells = [CELL.model_copy(update={"change": change}) for change in shares]
    assert len({cell.fingerprint for cell in cells}) == 2
    assert cells[0].title == "toy/mlp/full swapped_texts_5% seed 1"


def test_outcomes_come_back_as_they_were(tmp_path):
    store = CellStore(tmp_path)
    assert not store.has(CELL)
    with pytest.raises(FileNotFoundError):
        store.read(CELL)
    values = {"ndcg@20": np.array([0.25, 1.0]), "users": np.array([3, 4])}
    store.write(CELL, Outcome({"seconds": 1.5}, values))
    assert store.has(CELL)
    read = store.read(CELL)
    assert read.summary["seconds"] == 1.5
    assert Cell.model_validate(read.summary["cell"]) == CELL
    assert {name: array.tolist() for name, array in read.arrays.items()} == {
        "ndcg@20": [0.25, 1.0],
        "users": [3, 4],
    }


def test_a_failure_is_noted_until_the_cell_succeeds(tmp_path):
    store = CellStore(tmp_path)
    note = store.write_failure(CELL, "out of luck")
    assert note.read_text() == "out of luck"
    assert not store.has(CELL)
    store.write(CELL, Outcome({}, {}))
    assert store.has(CELL)
    assert not note.exists()


def test_an_outcome_whose_writing_was_cut_off_is_not_there(tmp_path, monkeypatch):
    store = CellStore(tmp_path)

    def cut_off(path, document):
        raise KeyboardInterrupt

    monkeypatch.setattr("benchmarks.retrieval_bench.store.write_json", cut_off)
    with pytest.raises(KeyboardInterrupt):
        store.write(CELL, Outcome({}, {}))
    assert not store.has(CELL)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"old": 1})
    before = path.read_text()
    with pytest.raises(TypeError):
        write_json(path, {"new": object()})
    with pytest.raises(TypeError):
        write_arrays(path, None)
    assert path.read_text() == before
    assert list(tmp_path.iterdir()) == [path]
