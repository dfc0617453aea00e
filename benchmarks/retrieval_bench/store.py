"""The cells' outcomes on disk: what has been run need not be run again."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np

from .atomic import write_arrays, write_json, write_text
from .cells import Cell


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a cell found.

    `summary` holds means, times, versions; `arrays` the values of each user: float64
    `[num_users]` by metric, and by slice and metric.
    """

    summary: dict[str, Any]
    arrays: dict[str, np.ndarray]


class CellStore:
    """A folder of outcomes; a cell is there when its summary is, which is written last."""

    def __init__(self, folder: Path):
        self.folder = folder

    def has(self, cell: Cell) -> bool:
        """Whether the cell has been run."""
        return self._at(cell, ".json").is_file()

    def has_failed(self, cell: Cell) -> bool:
        """Whether the cell's last run failed."""
        return self._at(cell, ".error.txt").is_file()

    def write(self, cell: Cell, outcome: Outcome) -> None:
        """Keeps an outcome."""
        write_arrays(self._at(cell, ".npz"), outcome.arrays)
        write_json(
            self._at(cell, ".json"), {"cell": cell.model_dump(mode="json"), **outcome.summary}
        )
        self._at(cell, ".error.txt").unlink(missing_ok=True)

    def write_failure(self, cell: Cell, text: str) -> Path:
        """Notes why a cell failed; it counts as not run.

        Returns:
            The path of the note.
        """
        path = self._at(cell, ".error.txt")
        write_text(path, text)
        return path

    def summary(self, cell: Cell) -> dict[str, Any]:
        """What is known of a cell, without its arrays.

        Raises:
            FileNotFoundError: it has not been run.
        """
        stored: dict[str, Any] = json.loads(self._at(cell, ".json").read_text(encoding="utf-8"))
        return stored

    def read(self, cell: Cell) -> Outcome:
        """The whole outcome.

        Raises:
            FileNotFoundError: it has not been run.
        """
        with np.load(self._at(cell, ".npz")) as stored:
            return Outcome(self.summary(cell), dict(stored))

    def _at(self, cell: Cell, suffix: str) -> Path:
        path = self.folder / cell.path
        return path.with_name(path.name + suffix)
