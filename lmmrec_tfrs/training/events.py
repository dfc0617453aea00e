"""Reads events, who had what, from a `tf.data` of dicts."""

import dataclasses

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lmmrec_tfrs.data.columns import ITEM_ID, TEXT, TIMESTAMP, USER_ID

_ROWS_AT_ONCE = 4096


@dataclasses.dataclass(frozen=True)
class Events:
    """Interactions in the order of the dataset.

    `texts` are None where the events have none, and blank where one has none. `timestamps`, int64
    `[num_events]`, are seconds, 0 where one is missing, or None.
    """

    user_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    texts: tuple[str, ...] | None = None
    timestamps: NDArray[np.int64] | None = None


def read_events(dataset: tf.data.Dataset) -> Events:
    """Reads a dataset of dicts into memory.

    Args:
        dataset: dicts with `user_id` and `item_id`, strings, and where there are any `text`,
            string, and `timestamp`, integer seconds; an event each, or batches. Other keys are
            passed over.

    Returns:
        The events.

    Raises:
        ValueError: the dataset does not end or is empty, an id is missing or blank, or a column
            has another type.

    >>> rows = {"user_id": ["u", "u"], "item_id": ["a", "b"], "stars": [5, 4]}
    >>> read_events(tf.data.Dataset.from_tensor_slices(rows))
    Events(user_ids=('u', 'u'), item_ids=('a', 'b'), texts=None, timestamps=None)
    """
    spec = dataset.element_spec
    _check_columns(spec)
    if int(dataset.cardinality()) == tf.data.INFINITE_CARDINALITY:
        raise ValueError(
            "expected events that end, received a dataset without end: call repeat() only on what "
            "is given to fit."
        )
    names = [name for name in (USER_ID, ITEM_ID, TEXT, TIMESTAMP) if name in spec]
    chosen = dataset.map(lambda event: {name: event[name] for name in names})
    if spec[USER_ID].shape.rank == 0:
        chosen = chosen.batch(_ROWS_AT_ONCE)
    parts: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for batch in chosen.as_numpy_iterator():
        for name in names:
            parts[name].append(np.ravel(batch[name]))
    if not parts[USER_ID]:
        raise ValueError("expected events, received an empty dataset.")
    values = {name: np.concatenate(part) for name, part in parts.items()}
    return Events(
        _ids(values[USER_ID], USER_ID),
        _ids(values[ITEM_ID], ITEM_ID),
        _strings(values[TEXT]) if TEXT in values else None,
        values[TIMESTAMP].astype(np.int64) if TIMESTAMP in values else None,
    )


def _check_columns(spec: object) -> None:
    if not isinstance(spec, dict) or not {USER_ID, ITEM_ID} <= spec.keys():
        received = sorted(spec) if isinstance(spec, dict) else spec
        raise ValueError(
            f"expected a dataset of dicts with '{USER_ID}' and '{ITEM_ID}', received {received}."
        )
    for name in (USER_ID, ITEM_ID, TEXT):
        if name in spec and spec[name].dtype != tf.string:
            raise ValueError(
                f"expected '{name}' as strings, received {spec[name].dtype.name}: convert it with "
                "tf.strings.as_string."
            )
    if TIMESTAMP in spec and not spec[TIMESTAMP].dtype.is_integer:
        raise ValueError(
            f"expected '{TIMESTAMP}' as whole seconds since 1970, received "
            f"{spec[TIMESTAMP].dtype.name}: convert it with tf.cast(..., tf.int64)."
        )


def _ids(values: np.ndarray, name: str) -> tuple[str, ...]:
    ids = _strings(values)
    blank = sum(not identifier.strip() for identifier in ids)
    if blank:
        raise ValueError(
            f"expected a '{name}' of each event, received {blank} blank ones: leave those events "
            "out with dataset.filter."
        )
    return ids


def _strings(values: np.ndarray) -> tuple[str, ...]:
    return tuple(value.decode("utf-8") for value in values)
