"""The one configuration of a pipeline: YAML files, command line and components read it."""

import importlib.resources
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, model_validator

from lmmrec_tfrs.configuration import FrozenConfig
from lmmrec_tfrs.errors import ReadableError
from lmmrec_tfrs.evaluation.config import EvaluationConfig
from lmmrec_tfrs.ingestion.config import IngestionConfig
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.retrieval.config import RetrievalConfig
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.tuning.config import TuningConfig
from lmmrec_tfrs.tuning.space import checked_space

_SEEDED_SECTIONS = ("motivation", "training", "tuning", "retrieval", "evaluation")


class ConfigError(ReadableError, ValueError):
    """A configuration that cannot be used; the message says where and why."""


class ValidationConfig(FrozenConfig):
    """What the events are validated against."""

    schema_file: str = Field(
        "", description="A schema in text format, by path or URI; empty for the curated one."
    )


class PipelineConfig(FrozenConfig):
    """Everything that a pipeline does, from the rows that it reads to the gate before serving."""

    name: str = Field("lmmrec", pattern=r"^[a-z][a-z0-9-]*$", description="The pipeline's name.")
    seed: int = Field(
        0, ge=0, description="The seed of every section that does not set one of its own."
    )
    data: IngestionConfig = Field(description="What is read, filtered and split.")
    validation: ValidationConfig = Field(default_factory=ValidationConfig)
    motivation: ExtractionConfig = Field(default_factory=ExtractionConfig)
    training: TrainingConfig = Field(default_factory=TrainingConfig)
    tuning: TuningConfig = Field(
        default_factory=TuningConfig, description="The search for settings of the training."
    )
    retrieval: RetrievalConfig = Field(default_factory=RetrievalConfig)
    evaluation: EvaluationConfig = Field(default_factory=EvaluationConfig)
    beam_pipeline_args: tuple[str, ...] = Field(
        (), description="Arguments of the Beam runner that ingestion and extraction run on."
    )

    @model_validator(mode="before")
    @classmethod
    def _spread_seed(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        spread = dict(values)
        for name in _SEEDED_SECTIONS:
            spread[name] = _with_seed(spread.get(name, {}), spread)
        if isinstance(spread.get("data"), dict):
            data = spread["data"]
            spread["data"] = {**data, "split": _with_seed(data.get("split", {}), spread)}
            # What ingestion leaves as it is, extraction is not to mask.
            if "privacy" in data and isinstance(spread["motivation"], dict):
                spread["motivation"] = {"privacy": data["privacy"], **spread["motivation"]}
        return spread

    @model_validator(mode="after")
    def _searchable(self) -> "PipelineConfig":
        checked_space(self.training, self.tuning.space)
        return self


def _with_seed(section: Any, values: dict[str, Any]) -> Any:
    return {"seed": values.get("seed", 0), **section} if isinstance(section, dict) else section


def shipped_configurations() -> list[str]:
    """The names of the configurations that come with the package."""
    folder = importlib.resources.files("tfx_pipeline").joinpath("configurations")
    return sorted(Path(entry.name).stem for entry in folder.iterdir() if ".yaml" in entry.name)


def load_config(name_or_path: str, overrides: Sequence[str] = ()) -> PipelineConfig:
    """Reads a configuration and applies overrides to it.

    Args:
        name_or_path: a shipped configuration's name, or a YAML file's path.
        overrides: settings as `section.key=value`, the value in YAML.

    Returns:
        The validated configuration.

    Raises:
        ConfigError: the file is missing or is no YAML mapping, or a setting is wrong.

    Example:

    >>> load_config("sample", ["training.epochs=3"]).training.epochs
    3
    """
    values = _read_mapping(name_or_path)
    for override in overrides:
        _apply_override(values, override)
    try:
        return PipelineConfig(**values)
    except ValidationError as error:
        raise ConfigError(_describe(error, name_or_path)) from None


def _read_mapping(name_or_path: str) -> dict[str, Any]:
    path = Path(name_or_path)
    if not path.exists() and name_or_path in shipped_configurations():
        folder = importlib.resources.files("tfx_pipeline").joinpath("configurations")
        path = Path(str(folder.joinpath(f"{name_or_path}.yaml")))
    if not path.is_file():
        raise ConfigError(
            f"expected a YAML file or the name of a shipped configuration, received "
            f"'{name_or_path}'. Shipped: {', '.join(shipped_configurations())}."
        )
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not YAML: {error}") from error
    if not isinstance(values, dict):
        raise ConfigError(
            f"expected a mapping of sections (data, motivation, ...) in {path}, "
            f"received {type(values).__name__}."
        )
    return values


def _apply_override(values: dict[str, Any], override: str) -> None:
    dotted, separator, text = override.partition("=")
    if not separator or not dotted:
        raise ConfigError(f"expected section.key=value, received '{override}'.")
    *sections, key = dotted.split(".")
    target = values
    for section in sections:
        target = target.setdefault(section, {})
        if not isinstance(target, dict):
            raise ConfigError(f"'{section}' in '{override}' is a value, not a section.")
    target[key] = yaml.safe_load(text)


def _describe(error: ValidationError, source: str) -> str:
    lines = []
    for item in error.errors():
        where = ".".join(str(part) for part in item["loc"]) or "the top level"
        lines.append(f"  {where}: {item['msg'].removeprefix('Value error, ')}")
    return f"the configuration {source} cannot be used:\n" + "\n".join(lines)
