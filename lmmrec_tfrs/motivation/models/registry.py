"""Models by name: text encoders, causal language models, and what identifies them."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras_hub

from lmmrec_tfrs.motivation.models.bert_folder import load_bert_backbone, load_bert_tokenizer
from lmmrec_tfrs.motivation.models.encoder import BackboneEncoder, MiniLmEncoder, minilm_fingerprint
from lmmrec_tfrs.motivation.models.names import MINILM, SMOLLM2, ModelName, Source, resolve
from lmmrec_tfrs.motivation.models.packaged_files import fingerprint, require_tensorflow_backend
from lmmrec_tfrs.motivation.models.smollm2 import load_smollm2, smollm2_file


class ModelNotAvailableError(RuntimeError):
    """A model could not be fetched from where its name points."""


def load_text_encoder(
    name: str, max_tokens: int = 256, batch_tokens: int = 4096, jit_compile: bool = False
) -> BackboneEncoder:
    """Loads a text encoder.

    Args:
        name: of a BERT-like model; see `names.resolve` for the forms.
        max_tokens: a text is cut after so many tokens.
        batch_tokens: how many tokens, padding included, go through the model at once.
        jit_compile: compile with XLA.

    Raises:
        FileNotFoundError: a file or a package is missing.
        ModelNotAvailableError: the model could not be fetched.
        ValueError: the name is unknown, or not that of a text encoder.
    """
    require_tensorflow_backend()
    model = resolve(name)
    settings = (max_tokens, batch_tokens, jit_compile)
    if model.name == MINILM:
        return MiniLmEncoder(*settings)
    if model.name == SMOLLM2:
        raise ValueError(f"expected a text encoder, received the language model '{name}'.")
    if model.source is Source.HUGGING_FACE_FOLDER:
        folder = Path(model.location)
        _require_mean_pooling(folder)
        if json.loads((folder / "config.json").read_text())["model_type"] == "bert":
            return BackboneEncoder(
                load_bert_backbone(folder), load_bert_tokenizer(folder), *settings
            )
    backbone = _load(model, keras_hub.models.Backbone.from_preset)
    if any(cls.backbone_cls is type(backbone) for cls in _causal_lm_classes()):
        raise ValueError(
            f"expected a text encoder such as {MINILM}, received the causal language model "
            f"'{name}' ({type(backbone).__name__})."
        )
    tokenizer = _load(model, keras_hub.models.Tokenizer.from_preset)
    return BackboneEncoder(backbone, tokenizer, *settings)


def load_causal_lm(name: str) -> keras_hub.models.CausalLM:
    """Loads a causal language model with its preprocessor.

    Args:
        name: see `names.resolve` for the forms.

    Raises:
        FileNotFoundError: a file or a package is missing.
        ModelNotAvailableError: the model could not be fetched.
        ValueError: the name is unknown, or not that of a causal language model.
    """
    require_tensorflow_backend()
    model = resolve(name)
    if model.name == SMOLLM2:
        return load_smollm2()
    if model.name == MINILM:
        raise ValueError(f"expected a causal language model, received the text encoder '{name}'.")
    causal_lm = _load(model, keras_hub.models.CausalLM.from_preset)
    if causal_lm.preprocessor is None:
        raise ValueError(
            f"expected a causal language model with its tokenizer, '{name}' has none: save the "
            "whole CausalLM with `save_to_preset`, not its backbone alone."
        )
    return causal_lm


def fingerprint_of(name: str) -> str:
    """Identifies the model behind a name, without loading or fetching it.

    Of a packaged model it is the SHA-256 of its weights, of a folder that of its files' names
    and contents. Of a preset it is that of its name, its handle and the release of KerasNLP: a
    built-in preset's handle has a version; a handle of one's own without one is taken at its
    word, so that a model that is replaced behind it goes unnoticed.

    Returns:
        A SHA-256, in hexadecimal.

    Raises:
        FileNotFoundError: a folder, a file or a package is missing.
        ValueError: the name is unknown.
    """
    model = resolve(name)
    if model.name == MINILM:
        return minilm_fingerprint()
    if model.name == SMOLLM2:
        return fingerprint(smollm2_file())
    digest = hashlib.sha256()
    parts: Iterator[str] | tuple[str, ...]
    if model.is_folder:
        root = Path(model.location)
        files = sorted(path for path in root.rglob("*") if path.is_file())
        parts = (f"{path.relative_to(root).as_posix()}\0{fingerprint(path)}" for path in files)
    else:
        parts = (model.name, model.location, keras_hub.__version__)
    for part in parts:
        digest.update(part.encode("utf-8") + b"\n")
    return digest.hexdigest()


def _load(model: ModelName, from_preset: Callable[[str], Any]) -> Any:
    """Loads by KerasNLP, and says what to do where that fails."""
    # A built-in preset by its name: KerasNLP knows its handle.
    location = model.location if model.is_folder else model.name
    try:
        return from_preset(location)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        if "Unable to find a subclass" in str(error):
            raise ValueError(
                f"expected a causal language model such as {SMOLLM2}, received '{model.name}', "
                f"which is none. {said}"
            ) from error
        if model.is_folder:
            raise ValueError(
                f"the model folder '{model.name}' could not be loaded. {said} Check that it is "
                "complete, and of a model that KerasNLP knows."
            ) from error
        raise ModelNotAvailableError(
            f"the model '{model.name}' ({model.location}) could not be fetched. {said} Where "
            "there is no network, save it elsewhere with `save_to_preset(folder)` and give the "
            "folder's path as the name; gated models want their hub's credentials in the "
            "environment (KAGGLE_USERNAME and KAGGLE_KEY, or HF_TOKEN)."
        ) from error


def _require_mean_pooling(folder: Path) -> None:
    said = folder / "1_Pooling" / "config.json"
    if said.is_file() and not json.loads(said.read_text()).get("pooling_mode_mean_tokens", True):
        raise ValueError(
            f"expected a sentence encoder with mean pooling, {said} asks for another: choose a "
            "model that was trained with it."
        )


def _causal_lm_classes() -> Iterator[type[keras_hub.models.CausalLM]]:
    waiting = [keras_hub.models.CausalLM]
    while waiting:
        cls = waiting.pop()
        yield cls
        waiting.extend(cls.__subclasses__())
