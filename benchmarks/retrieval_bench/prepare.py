"""Ingestion and extraction of the data sets, once, by the library's own functions."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfx_pipeline.config import PipelineConfig

from .atomic import write_json
from .contents import Contents
from .data_sets import DATA_SETS
from .prepared import PreparedFolder

# The sizes of the files that a folder was prepared from.
RAW_FILES = "raw_files.json"


@dataclasses.dataclass(frozen=True)
class PreparedSet:
    """A data set that is ready: its folder, its configuration, and what its manifest says."""

    name: str
    folder: PreparedFolder
    config: PipelineConfig
    digest: str
    contents: Contents
    counts: dict[str, int]


def prepared_set(
    name: str, folder: PreparedFolder, config: PipelineConfig, configuration: Mapping[str, Any]
) -> PreparedSet:
    """A folder that is complete.

    Args:
        name: what it is called.
        folder: where its artifacts are.
        config: how models are trained on it.
        configuration: what it was prepared with.

    Raises:
        ValueError: it was prepared with another configuration.
    """
    manifest = folder.manifest(configuration)
    contents = Contents.model_validate(manifest["contents"])
    return PreparedSet(name, folder, config, manifest["digest"], contents, manifest["counts"])


def prepare(names: Sequence[str], data: Path, prepared: Path) -> list[PreparedSet]:
    """Prepares the data sets that are not there yet.

    Args:
        names: keys of `DATA_SETS`.
        data: the folder of data sets; one that is absent is skipped with a message.
        prepared: the folder that holds a folder of artifacts for each data set.

    Returns:
        Those that are ready, in the order of the names.

    Raises:
        ValueError: one was prepared with another configuration, or from other files.
    """
    ready = []
    for name in names:
        data_set = DATA_SETS[name]
        folder, config = PreparedFolder(prepared / name), data_set.config()
        raw_files = data_set.raw_files(data)
        if folder.is_complete:
            _require_same(raw_files, folder.path)
        else:
            if not raw_files.is_dir():
                print(f"{name}: skipped, for there is no folder {raw_files}.", flush=True)
                continue
            print(f"{name}: ingestion and extraction into {folder.path} ...", flush=True)
            _extract(config, raw_files, folder.path)
            write_json(folder.path / RAW_FILES, _sizes(raw_files))
        ready.append(prepared_set(name, folder, config, _configuration(config)))
    return ready


def _require_same(raw_files: Path, prepared: Path) -> None:
    """Whether the files are those of then, as far as both can be looked at."""
    listing = prepared / RAW_FILES
    if not raw_files.is_dir() or not listing.is_file():
        return
    then, now = json.loads(listing.read_text(encoding="utf-8")), _sizes(raw_files)
    if then != now:
        raise ValueError(
            f"expected {prepared} to be prepared from the files of {raw_files}, which have the "
            f"sizes {now}, found it prepared from files of the sizes {then}: remove the folder, or "
            "name another one, and prepare again."
        )


def _sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.is_file()}


def _extract(config: PipelineConfig, data: Path, output: Path) -> None:
    from rich.console import Console

    from tfx_pipeline.command_line.extract import extract

    output.mkdir(parents=True, exist_ok=True)
    extract(config, str(data), str(output), dry_run=False, console=Console())


def _configuration(config: PipelineConfig) -> dict[str, Any]:
    """What decides about the artifacts."""
    return {
        "data": config.data.model_dump(mode="json"),
        "motivation": config.motivation.model_dump(mode="json"),
    }
