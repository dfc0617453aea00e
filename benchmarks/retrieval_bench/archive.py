"""Outcomes of final runs, kept in the repository: a Parquet file for each data set.

What took days on two cores need not be run again for another test, another statistic or one more
variant. Of each run is kept what the tables and the tests of the report need: the cell, what was
noted of it, the mean of each metric, and the main metric of each user. Rows are numbered, not
named: no identifier of the data is in the files.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .bench_data import BenchData, read_bench_data
from .cells import Cell
from .measure import MAIN_METRIC
from .prepare import PreparedSet
from .store import CellStore, Outcome

_SCHEMA = pa.schema(
    {
        "events": pa.string(),
        "cell": pa.string(),
        "summary": pa.string(),
        "users": pa.list_(pa.int64()),
        MAIN_METRIC: pa.list_(pa.float64()),
    }
)


def keep(folder: Path, prepared: PreparedSet, cells: Sequence[Cell], store: CellStore) -> int:
    """Adds the finished runs of a data set to its file; one that is there already is replaced.

    Args:
        folder: of the files.
        prepared: the data set.
        cells: its final runs, finished or not.
        store: where their outcomes are.

    Returns:
        How many the file has now.
    """
    path = _path(folder, prepared.name)
    rows = {_key(Cell.model_validate_json(row["cell"])): row for row in _read(path)}
    events = _events_digest(read_bench_data(prepared.folder))
    for cell in cells:
        if store.has(cell):
            rows[_key(cell)] = _row(events, cell, store.read(cell))
    if rows:
        ordered = [row for _, row in sorted(rows.items())]
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".partial")
        pq.write_table(
            pa.Table.from_pylist(ordered, schema=_SCHEMA),
            temporary,
            compression="zstd",
            compression_level=19,
        )
        temporary.replace(path)
    return len(rows)


def restore(folder: Path, prepared: PreparedSet, store: CellStore) -> int:
    """Puts what is kept of a data set into the store, but what has been run there anew.

    The vectors of texts hang on the batches in which they were encoded in their last digits, so
    data that were prepared again have another digest; the events must be the same.

    Args:
        folder: of the files.
        prepared: the data set.
        store: where the outcomes go.

    Returns:
        How many were put there.

    Raises:
        ValueError: what is kept is of other events.
    """
    rows = _read(_path(folder, prepared.name))
    if not rows:
        return 0
    events = _events_digest(read_bench_data(prepared.folder))
    restored = 0
    for row in rows:
        if row["events"] != events:
            raise ValueError(
                f"expected the outcomes in {_path(folder, prepared.name)} to be of the events "
                f"{events} in {prepared.folder.path}, found some of {row['events']}: the data or "
                "their split are others, so run the cells anew, without `restore`."
            )
        cell = Cell.model_validate_json(row["cell"])
        cell = cell.model_copy(update={"data_digest": prepared.digest})
        if not store.has(cell):
            store.write(cell, _outcome(row))
            restored += 1
    return restored


def _path(folder: Path, data_set: str) -> Path:
    return folder / f"{data_set}.parquet"


def _read(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist() if path.is_file() else []
    return rows


def _key(cell: Cell) -> tuple[str, str, int, str]:
    """What tells runs apart; `fingerprint` without the digest of the preparation."""
    same = cell.model_copy(update={"data_digest": ""})
    return (cell.system, cell.variant, cell.seed, same.fingerprint)


def _row(events: str, cell: Cell, outcome: Outcome) -> dict[str, Any]:
    summary = {name: value for name, value in outcome.summary.items() if name != "cell"}
    return {
        "events": events,
        "cell": cell.model_dump_json(),
        "summary": json.dumps(summary, sort_keys=True),
        "users": outcome.arrays.get("users", np.zeros(0, np.int64)),
        MAIN_METRIC: outcome.arrays.get(MAIN_METRIC, np.zeros(0)),
    }


def _outcome(row: dict[str, Any]) -> Outcome:
    arrays = {
        "users": np.array(row["users"], np.int64),
        MAIN_METRIC: np.array(row[MAIN_METRIC], np.float64),
    }
    return Outcome(json.loads(row["summary"]), arrays)


def _events_digest(data: BenchData) -> str:
    """A hash of who did what, by split, and of the items that are ranked."""
    state = hashlib.sha256()
    for pairs in (data.train, data.validation, data.test):
        state.update(repr(sorted(pairs)).encode("utf-8"))
    state.update(repr(sorted(item.item_id for item in data.catalogue)).encode("utf-8"))
    return state.hexdigest()[:16]
