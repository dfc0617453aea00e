"""The names of models: what a name in a configuration stands for."""

import dataclasses
import difflib
import enum
import json
import os
from pathlib import Path

import keras_hub

PACKAGED_PREFIX = "packaged:"
MINILM = "packaged:minilm"
SMOLLM2 = "packaged:smollm2-135m"
PACKAGED = (MINILM, SMOLLM2)
_SCHEMES = ("kaggle", "hf", "modelscope", "gs")
_FORMS = (
    f"{' or '.join(PACKAGED)}, a KerasNLP preset such as gemma2_instruct_2b_en, a handle such as "
    "hf://organisation/model or kaggle://organisation/model/keras/variation, or the path of a "
    "Hugging Face or KerasNLP folder"
)


class Source(enum.Enum):
    """Where a model comes from."""

    PACKAGED = "packaged"
    PRESET = "preset"
    HUGGING_FACE_FOLDER = "hugging_face_folder"
    KERAS_FOLDER = "keras_folder"


@dataclasses.dataclass(frozen=True)
class ModelName:
    """A name that was understood.

    Attributes:
        name: as it is in the configuration; the expanded path, for a folder.
        source: where the model comes from.
        location: what KerasNLP loads it from: for a built-in preset, its versioned handle.
    """

    name: str
    source: Source
    location: str

    @property
    def is_folder(self) -> bool:
        """Whether the model lies in a local folder."""
        return self.source in (Source.HUGGING_FACE_FOLDER, Source.KERAS_FOLDER)


def resolve(name: str) -> ModelName:
    """Finds out what a name stands for, without loading or fetching anything.

    Raises:
        FileNotFoundError: a folder, or its config.json, is not there.
        ValueError: the name is of no known form.

    >>> resolve("packaged:minilm").source
    <Source.PACKAGED: 'packaged'>
    >>> resolve("hf://organisation/model").source
    <Source.PRESET: 'preset'>
    """
    if name.startswith(PACKAGED_PREFIX):
        if name not in PACKAGED:
            raise ValueError(f"expected one of {', '.join(PACKAGED)}, received '{name}'.")
        return ModelName(name, Source.PACKAGED, name)
    scheme, separator, _ = name.partition("://")
    if separator and scheme.lower() in _SCHEMES:
        return ModelName(name, Source.PRESET, name)
    path = Path(name).expanduser()
    if name and path.is_dir():
        return ModelName(str(path), _folder_source(path), str(path))
    presets = keras_hub.models.Backbone.presets
    if name in presets:
        return ModelName(name, Source.PRESET, presets[name]["kaggle_handle"])
    if separator or os.sep in name:
        raise FileNotFoundError(f"expected a model: {_FORMS}. There is no folder at '{name}'.")
    nearest = difflib.get_close_matches(name, [*presets, *PACKAGED], n=3)
    hint = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
    raise ValueError(f"expected a model: {_FORMS}. Received '{name}'.{hint}")


def _folder_source(path: Path) -> Source:
    config_file = path / "config.json"
    if not config_file.is_file():
        raise FileNotFoundError(
            f"expected config.json in the model folder {path}, found none. Save the model with "
            "`save_to_preset(folder)` of KerasNLP, or download all files of its Hugging Face "
            "repository."
        )
    try:
        config = json.loads(config_file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{config_file} is not valid JSON: {error}") from error
    if isinstance(config, dict) and "registered_name" in config:
        return Source.KERAS_FOLDER
    if isinstance(config, dict) and "model_type" in config:
        return Source.HUGGING_FACE_FOLDER
    raise ValueError(
        f"{config_file}: expected the key 'registered_name' (a KerasNLP folder) or 'model_type' "
        "(a Hugging Face folder), found neither."
    )
