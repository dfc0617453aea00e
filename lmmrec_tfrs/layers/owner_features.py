"""From the id of a user or an item to everything that the towers know of it."""

import json
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

Features = dict[str, tf.Tensor]

# The features of an owner, a user or an item.
EMBEDDING_INDEX = "embedding_index"
INTERACTION_COUNT = "interaction_count"
KNOWN = "known"
MOTIVATION_WEIGHTS = "motivation_weights"
TEXT_COUNT = "text_count"
TEXT_VECTOR = "text_vector"

_VOCABULARY_FILE = "ids.json"


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class OwnerFeatures(tf.keras.layers.Layer):
    """Looks up the features of owners by their string id, or by their row.

    The first `num_embeddings` owners, those with interactions, have an id embedding each;
    the others (articles of the catalogue that nobody has bought) share the
    out-of-vocabulary embedding, index `num_embeddings`, but have their text. An id that was
    never seen gets that embedding too, and zeros elsewhere. The tables are weights and the
    ids an asset, so that a large vocabulary does not swell the config.

    Args:
        num_owners: how many owners the tables hold.
        num_embeddings: how many of them, the first ones, have an embedding.
        num_motivations: K, the width of the motivation weights.
        text_dimension: E, the width of the text vectors.
    """

    def __init__(
        self,
        num_owners: int,
        num_embeddings: int,
        num_motivations: int,
        text_dimension: int,
        **kwargs: Any,
    ):
        kwargs.setdefault("trainable", False)
        super().__init__(**kwargs)
        if not 0 <= num_embeddings <= num_owners:
            raise ValueError(
                f"expected num_embeddings from 0 to num_owners={num_owners}, received "
                f"{num_embeddings}."
            )
        self.num_owners = num_owners
        self.num_embeddings = num_embeddings
        self.num_motivations = num_motivations
        self.text_dimension = text_dimension
        self._ids: list[str] = []
        self._rows: tf.lookup.StaticHashTable | None = None

    @property
    def ids(self) -> list[str]:
        """The owners' ids in the order of the rows."""
        return list(self._ids)

    @property
    def unknown_row(self) -> int:
        """The row of an id that was never seen, after all others."""
        return self.num_owners

    def build(self, input_shape: Any = None) -> None:
        """Creates the tables; their last row stays zero, for ids never seen."""
        rows = self.num_owners + 1
        self.motivation_table = self._table(MOTIVATION_WEIGHTS, (rows, self.num_motivations))
        self.vector_table = self._table(TEXT_VECTOR, (rows, self.text_dimension))
        self.text_counts = self._table(TEXT_COUNT, (rows,))
        self.interaction_counts = self._table(INTERACTION_COUNT, (rows,))
        super().build(input_shape)

    def _table(self, name: str, shape: tuple[int, ...]) -> tf.Variable:
        return self.add_weight(name=name, shape=shape, initializer="zeros", trainable=False)

    def set_tables(
        self,
        ids: Sequence[str],
        motivation_weights: np.ndarray,
        text_vectors: np.ndarray,
        text_counts: np.ndarray,
        interaction_counts: np.ndarray,
    ) -> None:
        """Fills the tables.

        Args:
            ids: `num_owners` distinct ids, those with an embedding first.
            motivation_weights: float `[num_owners, num_motivations]`.
            text_vectors: float `[num_owners, text_dimension]`.
            text_counts: int `[num_owners]`, how many texts the owner's features come from.
            interaction_counts: int `[num_owners]`, train interactions.

        Raises:
            ValueError: an id is repeated, or a table has another shape.
        """
        if not self.built:
            self.build(None)
        self._set_ids(ids)
        for variable, values in (
            (self.motivation_table, motivation_weights),
            (self.vector_table, text_vectors),
            (self.text_counts, text_counts),
            (self.interaction_counts, interaction_counts),
        ):
            expected = (self.num_owners, *variable.shape[1:])
            if np.shape(values) != expected:
                raise ValueError(
                    f"expected a table of shape {expected} for {variable.name}, received "
                    f"{np.shape(values)}."
                )
            unknown = np.zeros((1, *variable.shape[1:]), np.float32)
            variable.assign(np.concatenate([np.asarray(values, np.float32), unknown]))

    def _set_ids(self, ids: Sequence[str]) -> None:
        if len(ids) != self.num_owners or len(set(ids)) != self.num_owners:
            raise ValueError(
                f"expected {self.num_owners} distinct ids, received {len(ids)} of which "
                f"{len(set(ids))} are distinct."
            )
        self._ids = list(ids)
        with tf.init_scope():
            entries = tf.lookup.KeyValueTensorInitializer(
                tf.constant(self._ids, tf.string, shape=[self.num_owners]),
                tf.range(self.num_owners, dtype=tf.int64),
            )
            self._rows = tf.lookup.StaticHashTable(entries, default_value=self.unknown_row)

    @property
    def lookup_table(self) -> tf.lookup.StaticHashTable:
        """The table from id to row.

        Raises:
            ValueError: `set_tables` was not called.
        """
        if self._rows is None:
            raise ValueError("the tables are empty: call set_tables, or load a saved layer.")
        return self._rows

    def rows_of(self, ids: tf.Tensor) -> tf.Tensor:
        """The rows of ids, int64 of the same shape as the strings."""
        return self.lookup_table.lookup(ids)

    def features_of(self, rows: tf.Tensor) -> Features:
        """The features of rows.

        Args:
            rows: int64 `[batch]`, each from 0 to `num_owners`.

        Returns:
            `embedding_index` int64 `[batch]`; `motivation_weights` float32
            `[batch, num_motivations]`; `text_vector` float32 `[batch, text_dimension]`;
            `text_count` and `interaction_count` float32 `[batch]`; `known` bool `[batch]`.
        """
        return {
            EMBEDDING_INDEX: tf.minimum(rows, tf.cast(self.num_embeddings, rows.dtype)),
            MOTIVATION_WEIGHTS: tf.gather(self.motivation_table, rows),
            TEXT_VECTOR: tf.gather(self.vector_table, rows),
            TEXT_COUNT: tf.gather(self.text_counts, rows),
            INTERACTION_COUNT: tf.gather(self.interaction_counts, rows),
            KNOWN: rows < self.unknown_row,
        }

    def call(self, inputs: tf.Tensor) -> Features:
        """The features of string ids `[batch]`; see `features_of`."""
        return self.features_of(self.rows_of(inputs))

    def get_build_config(self) -> dict[str, Any]:
        """The shapes follow from the config alone."""
        return {"input_shape": None}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Creates the tables, for the loader to fill."""
        self.build(None)

    def save_assets(self, dir_path: str) -> None:
        """Writes the ids into the `.keras` archive (JSON: an id may hold any character)."""
        with open(os.path.join(dir_path, _VOCABULARY_FILE), "w", encoding="utf-8") as file:
            json.dump(self._ids, file)

    def load_assets(self, dir_path: str) -> None:
        """Reads what `save_assets` wrote."""
        with open(os.path.join(dir_path, _VOCABULARY_FILE), encoding="utf-8") as file:
            self._set_ids(json.load(file))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "num_owners": self.num_owners,
            "num_embeddings": self.num_embeddings,
            "num_motivations": self.num_motivations,
            "text_dimension": self.text_dimension,
        }
