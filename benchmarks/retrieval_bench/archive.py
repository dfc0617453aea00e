"""Outcomes of final runs, kept in the repository: a Parquet file for each data set.

What took days on two cores need not be run again for another test, another statistic or one more
variant. Of each run is kept what the tables and the tests of the report need: the cell, what was
noted of it, the mean of each metric, and the main metric of each user. Users are numbered, not
named: no identifier of the data is in the files.
"""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .atomic import write_file
from .cells import Cell
from .contents import Contents
from .measure import MAIN_METRIC
from .prepare import PreparedSet
from .results import RESTORED
from .store import CellStore, Outcome

ARCHIVE = Path(__file__).resolve().parent.parent / "retrieval_outcomes"

_SCHEMA = pa.schema(
    {
        "contents": pa.string(),
        "cell": pa.string(),
        "summary": pa.string(),
        "users": pa.list_(pa.int64()),
        MAIN_METRIC: pa.list_(pa.float64()),
    }
)


@dataclasses.dataclass(frozen=True)
class Kept:
    """What `keep` did: how many runs are new, stand for earlier ones, diverged, are there now."""

    added: int
    replaced: int
    diverged: int
    in_all: int


@dataclasses.dataclass(frozen=True)
class Restored:
    """What `restore` did: how many runs came back, were there already, have failed here."""

    restored: int
    there: int
    failed: int


def keep(folder: Path, prepared: PreparedSet, cells: Sequence[Cell], store: CellStore) -> Kept:
    """Adds the finished runs of a data set to its file; one that is there already is replaced.

    Runs that were restored from an archive are left as they are, and those that diverged are out.

    Args:
        folder: of the files.
        prepared: the data set.
        cells: its final runs, finished or not.
        store: where their outcomes are.

    Raises:
        ValueError: the file is of other data.
    """
    path = _path(folder, prepared.name)
    rows = _read(path, prepared)
    finished = [(cell, store.read(cell)) for cell in cells if store.has(cell)]
    own = [(cell, outcome) for cell, outcome in finished if RESTORED not in outcome.summary]
    new = {
        _key(cell): _row(prepared.contents, cell, outcome)
        for cell, outcome in own
        if not outcome.summary["diverged"]
    }
    added = len(new.keys() - rows.keys())
    rows |= new
    if new:
        table = pa.Table.from_pylist([row for _, row in sorted(rows.items())], schema=_SCHEMA)
        write_file(
            path,
            lambda file: pq.write_table(table, file, compression="zstd", compression_level=19),
        )
    return Kept(added, len(new) - added, len(own) - len(new), len(rows))


def restore(folder: Path, prepared: PreparedSet, store: CellStore) -> Restored:
    """Puts what is kept of a data set into the store, but what was run, or failed, there.

    Args:
        folder: of the files.
        prepared: the data set; prepared anew it has another digest, and the same contents.
        store: where the outcomes go.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: what is kept is of other data.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"expected an archive of outcomes, found no folder {folder}.")
    restored = there = failed = 0
    for row in _read(_path(folder, prepared.name), prepared).values():
        cell = Cell.model_validate_json(row["cell"])
        outcome = _outcome(row, cell.data_digest)
        cell = cell.model_copy(update={"data_digest": prepared.digest})
        if store.has(cell):
            there += 1
        elif store.has_failed(cell):
            failed += 1
        else:
            store.write(cell, outcome)
            restored += 1
    return Restored(restored, there, failed)


def _path(folder: Path, data_set: str) -> Path:
    return folder / f"{data_set}.parquet"


def _read(path: Path, prepared: PreparedSet) -> dict[tuple[str, str, int, str], dict[str, Any]]:
    """The rows of a file, which are of these data; none where there is no file."""
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist() if path.is_file() else []
    for row in rows:
        kept = Contents.model_validate_json(row["contents"])
        if not kept.same_as(prepared.contents):
            raise ValueError(
                f"expected the outcomes in {path} to be of what {prepared.folder.path} holds "
                f"({prepared.contents.digest}), found some of other data or of texts read in "
                f"another way ({kept.digest}): name another archive, or none, and run the cells."
            )
    return {_key(Cell.model_validate_json(row["cell"])): row for row in rows}


def _key(cell: Cell) -> tuple[str, str, int, str]:
    """What tells runs apart: all but the digest of the preparation."""
    same = cell.model_copy(update={"data_digest": ""})
    return (cell.system, cell.variant, cell.seed, same.fingerprint)


def _row(contents: Contents, cell: Cell, outcome: Outcome) -> dict[str, Any]:
    summary = {name: value for name, value in outcome.summary.items() if name != "cell"}
    return {
        "contents": contents.model_dump_json(),
        "cell": cell.model_dump_json(),
        "summary": json.dumps(summary, sort_keys=True),
        "users": outcome.arrays["users"],
        MAIN_METRIC: outcome.arrays[MAIN_METRIC],
    }


def _outcome(row: dict[str, Any], data_digest: str) -> Outcome:
    arrays = {
        "users": np.array(row["users"], np.int64),
        MAIN_METRIC: np.array(row[MAIN_METRIC], np.float64),
    }
    return Outcome({**json.loads(row["summary"]), RESTORED: data_digest}, arrays)
