"""A prepared data set on disk: what ingestion and extraction wrote, and what it holds."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lmmrec_tfrs.data import columns, file_names

from .atomic import write_json

MANIFEST = "bench_manifest.json"
# A split of the examples that only the cold study writes: pairs that are out of the rankings.
ALSO_MASKED = "also_masked"
# The artifacts of a folder, as `lmmrec extract` names them, and the splits that are read.
_SPLITS = {
    "examples": columns.EVENT_SPLITS,
    "catalogue": (columns.CATALOGUE,),
    "motivations": columns.MOTIVATION_SPLITS,
}


@dataclasses.dataclass(frozen=True)
class PreparedFolder:
    """The artifacts of one data set."""

    path: Path

    def artifact(self, name: str) -> str:
        """The path of `examples`, `catalogue`, `texts` or `motivations`."""
        return str(self.path / name)

    @property
    def is_complete(self) -> bool:
        """Whether everything is there; extraction writes its report last."""
        splits = [
            self.path / artifact / f"Split-{split}"
            for artifact, names in _SPLITS.items()
            for split in names
        ]
        return (self.path / "motivations" / file_names.EXTRACTION_REPORT).is_file() and all(
            any(split.glob("*")) for split in splits
        )

    def manifest(self, configuration: Mapping[str, Any]) -> dict[str, Any]:
        """What the folder holds; looked at anew whenever a file of it has changed.

        Args:
            configuration: how the data are read and their motivations extracted.

        Returns:
            `digest` (of all that a model can see), `contents`, `counts`, `configuration` and
            `files`.

        Raises:
            ValueError: the folder was prepared with another configuration.
        """
        path, files = self.path / MANIFEST, self._files()
        if path.is_file():
            stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if stored["configuration"] != json.loads(json.dumps(configuration)):
                raise ValueError(
                    f"expected {self.path} to be prepared with the present configuration, found "
                    "another in its manifest: remove the folder, or name another one, and "
                    "prepare again."
                )
            if stored["files"] == files and "contents" in stored:
                return stored
        from .bench_data import read_bench_data
        from .contents import contents_of

        data = read_bench_data(self)
        manifest = {
            "digest": data.digest(),
            "contents": contents_of(data).model_dump(mode="json"),
            "counts": data.counts(),
            "configuration": dict(configuration),
            "files": files,
        }
        write_json(path, manifest)
        return manifest

    def _files(self) -> dict[str, list[int]]:
        """Size and time of each file that is read."""
        found = {}
        for artifact, splits in _SPLITS.items():
            for split in (*splits, ALSO_MASKED):
                for path in sorted((self.path / artifact / f"Split-{split}").glob("*")):
                    stat = path.stat()
                    found[str(path.relative_to(self.path))] = [stat.st_size, stat.st_mtime_ns]
        return found
