"""The weights of a layer by where they are in it."""

from collections.abc import Iterator, Mapping
from typing import Any

import tensorflow as tf


def named_weights(layer: tf.keras.layers.Layer) -> dict[str, tf.Variable]:
    """All weights of a layer and of the layers in it, each by its path of attributes.

    Keras's own names of variables depend on where and when a layer was called; these do not. A
    weight that can be reached in two ways has the first path.

    >>> layer = tf.keras.Sequential([tf.keras.layers.Dense(1, use_bias=False)])
    >>> layer.build((None, 2))
    >>> list(named_weights(layer))
    ['layers/0/kernel']
    """
    found: dict[str, tf.Variable] = {}
    seen: set[int] = set()
    for path, variable in _walk(layer, "", seen):
        found.setdefault(path, variable)
    return found


def _walk(value: Any, path: str, seen: set[int]) -> Iterator[tuple[str, tf.Variable]]:
    if id(value) in seen:
        return
    if isinstance(value, tf.Variable):
        seen.add(id(value))
        yield path, value
    elif isinstance(value, tf.keras.layers.Layer):
        seen.add(id(value))
        for name, child in sorted(vars(value).items()):
            if not name.startswith("_"):
                yield from _walk(child, _joined(path, name), seen)
        # Keras keeps the layers of its models, and some weights, in private attributes.
        for number, child in enumerate(getattr(value, "layers", ())):
            yield from _walk(child, _joined(path, f"layers/{number}"), seen)
        for number, weight in enumerate(value.weights):
            yield from _walk(weight, _joined(path, f"weights/{number}"), seen)
    elif isinstance(value, Mapping):
        for name, child in sorted(value.items(), key=lambda entry: str(entry[0])):
            yield from _walk(child, _joined(path, str(name)), seen)
    elif isinstance(value, (list, tuple)):
        for number, child in enumerate(value):
            yield from _walk(child, _joined(path, str(number)), seen)


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name
