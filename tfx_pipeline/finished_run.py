"""Whether a run would only repeat the one before it, found out without TFX or Beam.

TFX decides for each component whether its result can be reused, but importing it takes longer than
all its decisions. So what a finished run was made of is noted beside its artifacts: the
settings, the contents of every file that they lead to, and the release. Where all of that is as it
was and every artifact still lies in its place, nothing has to run. Whenever that cannot be told,
TFX is asked.
"""

import dataclasses
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import lmmrec_tfrs
from lmmrec_tfrs.data import files
from tfx_pipeline.config import PipelineConfig

FILE_NAME = "finished_run.json"


@dataclasses.dataclass(frozen=True)
class FinishedRun:
    """A run that came to its end.

    Attributes:
        identity: what `run_identity` returned for it.
        components: the ids of its components.
        artifacts: the folders that it left.
    """

    identity: str
    components: tuple[str, ...]
    artifacts: tuple[str, ...]

    def write(self, output: str) -> None:
        """Notes the run in its output folder."""
        files.write_text(os.path.join(output, FILE_NAME), json.dumps(dataclasses.asdict(self)))


def forget_finished_run(output: str) -> None:
    """Takes back what was noted: something is about to change the folder."""
    Path(output, FILE_NAME).unlink(missing_ok=True)


def find_finished_run(output: str, identity: str | None) -> FinishedRun | None:
    """The run of that identity, if it is the last that ended in a folder and is still whole.

    Args:
        output: a run's output folder.
        identity: what `run_identity` returned; None for a run that cannot be told.
    """
    path = os.path.join(output, FILE_NAME)
    if identity is None or not os.path.isfile(path):
        return None
    try:
        noted = json.loads(files.read_text(path))
        found = FinishedRun(
            noted["identity"], tuple(noted["components"]), tuple(noted["artifacts"])
        )
    except (ValueError, KeyError, TypeError):
        return None
    whole = found.artifacts and all(map(_holds_something, found.artifacts))
    return found if whole and found.identity == identity else None


def run_identity(config: PipelineConfig, data: str, last: str | None) -> str | None:
    """Identifies what a run computes.

    Args:
        config: what to do.
        data: the folder of the input files.
        last: the component after which it stops, if any.

    Returns:
        A SHA-256, in hexadecimal; None where it hangs on more than local files of reviews, a
        schema and a taxonomy.
    """
    inputs = _input_files(config, data)
    if inputs is None:
        return None
    parts: list[Any] = [
        lmmrec_tfrs.__version__,
        config.model_dump(mode="json"),
        os.path.abspath(data),
        last,
    ]
    if config.data.privacy.hash_user_ids:
        key = os.environ.get(config.data.privacy.key_environment_variable, "")
        parts.append(hashlib.sha256(key.encode()).hexdigest())
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode())
    for path in inputs:
        with open(path, "rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"\n{path}\0{content}".encode())
    return digest.hexdigest()


def _input_files(config: PipelineConfig, data: str) -> list[str] | None:
    """The files that a run reads; None where they cannot all be told."""
    patterns = [os.path.join(data, pattern) for pattern in config.data.patterns.values()]
    if any("://" in pattern or "{" in pattern for pattern in patterns):
        return None
    motivation = config.motivation
    models = (motivation.encoder, motivation.language_model)
    if (
        motivation.precomputed is not None
        or config.training.warm_start_from is not None
        or any(os.path.exists(os.path.expanduser(name)) for name in models)
    ):
        return None
    found = [path for pattern in patterns for path in files.matching(pattern)]
    single = [config.validation.schema_file, motivation.taxonomy]
    found += [path for path in single if path and os.path.exists(path)]
    if any("://" in path for path in single) or not all(map(os.path.isfile, found)):
        return None
    return sorted(set(found))


def _holds_something(uri: str) -> bool:
    return files.is_directory(uri) and bool(files.names_in(uri))
