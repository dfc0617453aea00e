"""Loading SavedModels that may hold ScaNN, and asking them for embeddings."""

import importlib.util
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmmrec_tfrs.data.signature_names import EMBED_ITEM, EMBED_QUERY, RECOMMEND
from lmmrec_tfrs.extras import missing_extra, named_extra

with named_extra("lmmrec_tfrs.retrieval", "serve"):
    import tensorflow as tf
    from tensorflow.core.protobuf import saved_model_pb2

EMBEDDING = "embedding"
MOTIVATION_WEIGHTS = "motivation_weights"
KNOWN = "known"

_SCANN_OPERATIONS = "Scann>"


def register_scann_operations() -> None:
    """Makes ScaNN's operations known to TensorFlow, which SavedModels with an index need.

    Raises:
        MissingExtraError: the package `scann` is not installed.
    """
    specification = importlib.util.find_spec("scann")
    if specification is None or not specification.submodule_search_locations:
        raise missing_extra("serve", "loading an index with ScaNN's operations", "scann")
    folder = specification.submodule_search_locations[0]
    # Only the library: importing the package would also load its NumPy bindings.
    tf.load_op_library(os.path.join(folder, "scann_ops", "cc", "_scann_ops.so"))


def needs_scann(path: str) -> bool:
    """Whether a SavedModel uses operations of ScaNN.

    Raises:
        FileNotFoundError: there is no SavedModel at the path.
    """
    file_name = os.path.join(path, "saved_model.pb")
    if not tf.io.gfile.exists(file_name):
        raise FileNotFoundError(
            f"expected a SavedModel at {path}, found no saved_model.pb: give the folder that "
            "holds it."
        )
    with tf.io.gfile.GFile(file_name, "rb") as file:
        saved_model = saved_model_pb2.SavedModel.FromString(file.read())
    return any(
        operation.name.startswith(_SCANN_OPERATIONS)
        for graph in saved_model.meta_graphs
        for operation in graph.meta_info_def.stripped_op_list.op
    )


def load_saved_model(path: str, required: Sequence[str] = (EMBED_QUERY, EMBED_ITEM)) -> Any:
    """Loads a SavedModel, registering ScaNN's operations first where it uses them.

    Args:
        path: the folder of the SavedModel, local or remote.
        required: names of the signatures that it must have.

    Raises:
        FileNotFoundError: there is no SavedModel at the path.
        MissingExtraError: it needs ScaNN, which is not installed.
        ValueError: it lacks a required signature.
    """
    if needs_scann(path):
        register_scann_operations()
    loaded = tf.saved_model.load(path)
    missing = sorted(set(required) - set(loaded.signatures))
    if missing:
        raise ValueError(
            f"expected the signatures {', '.join(required)} in the SavedModel at {path}, received "
            f"{', '.join(sorted(loaded.signatures)) or 'none'}: export it again with "
            f"{', '.join(missing)}."
        )
    return loaded


def load_index(path: str) -> Any:
    """Loads an exported retrieval index: `load_index(path).signatures["recommend"]`.

    Raises:
        FileNotFoundError: there is no SavedModel at the path.
        MissingExtraError: ScaNN is not installed.
        ValueError: the SavedModel is not a retrieval index.
    """
    return load_saved_model(path, required=(RECOMMEND, EMBED_QUERY, EMBED_ITEM))


def embed_queries(
    model: Any, user_ids: Sequence[str], batch_size: int = 4096
) -> dict[str, NDArray[Any]]:
    """The query embeddings of users; see `embed_items`."""
    return _embed(model, EMBED_QUERY, "user_id", user_ids, batch_size)


def embed_items(
    model: Any, item_ids: Sequence[str], batch_size: int = 4096
) -> dict[str, NDArray[Any]]:
    """The embeddings of items, by the signature of a loaded SavedModel.

    Args:
        model: what `load_saved_model` returned.
        item_ids: N ids, known to the model or not; at least one.
        batch_size: how many are embedded at once.

    Returns:
        `embedding` float32 `[N, D + 1]` (the last dimension carries the item's bias, the
        query's being 1), `motivation_weights` float32 `[N, K]` and `known` bool `[N]`.

    Raises:
        ValueError: there are no ids, or an embedding is not finite.
    """
    return _embed(model, EMBED_ITEM, "item_id", item_ids, batch_size)


def _embed(
    model: Any, signature: str, argument: str, ids: Sequence[str], batch_size: int
) -> dict[str, NDArray[Any]]:
    if not len(ids):
        raise ValueError(f"expected at least one {argument} to embed, received none.")
    call = model.signatures[signature]
    parts: list[dict[str, NDArray[Any]]] = []
    for start in range(0, len(ids), batch_size):
        batch = tf.constant(list(ids[start : start + batch_size]), dtype=tf.string)
        parts.append({name: value.numpy() for name, value in call(**{argument: batch}).items()})
    result = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    broken = np.flatnonzero(~np.isfinite(result[EMBEDDING]).all(axis=1))
    if broken.size:
        raise ValueError(
            f"expected finite embeddings from '{signature}', received NaN or infinity for "
            f"{broken.size} of {len(ids)} ids, the first {ids[broken[0]]!r}: the model's training "
            "has diverged; lower its learning rate."
        )
    return result
