"""From the id of a user or an item to everything that the towers know of it."""

import json
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers.config_shaped import ConfigShaped
from lmmrec_tfrs.layers.text_projection import TextProjection

Features = dict[str, tf.Tensor]

# The features of an owner, a user or an item.
ATTRIBUTES = "attributes"
COLD_MOTIVATION_WEIGHTS = "cold_motivation_weights"
COLD_TEXT_COUNT = "cold_text_count"
COLD_TEXT_VECTOR = "cold_text_vector"
EMBEDDING_INDEX = "embedding_index"
HISTORY = "history"
INTERACTION_COUNT = "interaction_count"
KNOWN = "known"
MOTIVATION_WEIGHTS = "motivation_weights"
TEXT_COUNT = "text_count"
TEXT_VECTOR = "text_vector"

# What fills a history before its first item.
PADDING = -1

_VOCABULARY_FILE = "ids.json"


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class OwnerFeatures(ConfigShaped, tf.keras.layers.Layer):
    """Looks up the features of owners by their string id, or by their row.

    The first `num_embeddings` owners, those with interactions, have an id embedding each;
    the others (articles of the catalogue that nobody has bought) share the
    out-of-vocabulary embedding, index `num_embeddings`, but have their text. An id that was
    never seen gets that embedding too, and zeros elsewhere. The tables are weights and the
    ids an asset, so that a large vocabulary does not swell the config.

    Histories are kept one behind the other, so that the items before any one of them can be
    looked up, however long ago it was: a model that is trained to foretell an item must not
    see it or what came after.

    Args:
        num_owners: how many owners the tables hold.
        num_embeddings: how many of them, the first ones, have an embedding.
        num_motivations: K, the width of the motivation weights.
        text_dimension: E, the width of the text vectors.
        num_attributes: A, the width of the attributes; 0 for none.
        history_length: L, how many items of a history are returned at most; 0 for none.
        num_history_items: the length of all histories together.
        leave_one_out: whether the history of a training pair is all other items of the user,
            where their order means nothing, instead of those before it.
        text_projection: what made the text vectors of those of a sentence encoder; kept so that
            texts that come later are placed as these were. None where they are the encoder's own.
        motivation_names: what the motivation weights are of, and
        attribute_names: what the attributes are: kept so that a later model can tell whether its
            columns are the same. Empty where it is not known.
    """

    def __init__(
        self,
        num_owners: int,
        num_embeddings: int,
        num_motivations: int,
        text_dimension: int,
        num_attributes: int = 0,
        history_length: int = 0,
        num_history_items: int = 0,
        leave_one_out: bool = False,
        text_projection: TextProjection | None = None,
        motivation_names: Sequence[str] = (),
        attribute_names: Sequence[str] = (),
        **kwargs: Any,
    ):
        kwargs.setdefault("trainable", False)
        # Counts and prices stay exact, whatever precision the model computes in.
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        if not 0 <= num_embeddings <= num_owners:
            raise ValueError(
                f"expected num_embeddings from 0 to num_owners={num_owners}, received "
                f"{num_embeddings}."
            )
        if history_length and not num_history_items:
            raise ValueError(
                "expected histories with at least one item, received none: set history_length to 0."
            )
        self.num_owners = num_owners
        self.num_embeddings = num_embeddings
        self.num_motivations = num_motivations
        self.text_dimension = text_dimension
        self.num_attributes = num_attributes
        self.history_length = history_length
        self.num_history_items = num_history_items
        self.leave_one_out = leave_one_out
        self.text_projection = text_projection
        self.motivation_names = tuple(motivation_names)
        self.attribute_names = tuple(attribute_names)
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
        if self.num_attributes:
            self.attribute_table = self._table(ATTRIBUTES, (rows, self.num_attributes))
        if self.history_length:
            self.history_items = self._table("history_items", (self.num_history_items,), tf.int64)
            self.history_offsets = self._table("history_offsets", (rows + 1,), tf.int64)
        if self.text_projection is not None and not self.text_projection.built:
            self.text_projection.build(None)
        super().build(input_shape)

    def _table(
        self, name: str, shape: tuple[int, ...], dtype: tf.DType = tf.float32
    ) -> tf.Variable:
        return self.add_weight(
            name=name, shape=shape, dtype=dtype, initializer="zeros", trainable=False
        )

    def set_tables(
        self,
        ids: Sequence[str],
        motivation_weights: np.ndarray,
        text_vectors: np.ndarray,
        text_counts: np.ndarray,
        interaction_counts: np.ndarray,
        attributes: np.ndarray | None = None,
    ) -> None:
        """Fills the tables, but for the histories.

        Args:
            ids: `num_owners` distinct ids, those with an embedding first.
            motivation_weights: float `[num_owners, num_motivations]`.
            text_vectors: float `[num_owners, text_dimension]`.
            text_counts: int `[num_owners]`, how many texts the owner's features come from.
            interaction_counts: int `[num_owners]`, train interactions.
            attributes: float `[num_owners, num_attributes]`; None where that is 0.

        Raises:
            ValueError: an id is repeated, or a table has another shape.
        """
        if not self.built:
            self.build(None)
        self._set_ids(ids)
        tables = [
            (self.motivation_table, motivation_weights),
            (self.vector_table, text_vectors),
            (self.text_counts, text_counts),
            (self.interaction_counts, interaction_counts),
        ]
        if self.num_attributes:
            tables.append((self.attribute_table, np.asarray(attributes)))
        for variable, values in tables:
            expected = (self.num_owners, *variable.shape[1:])
            if np.shape(values) != expected:
                raise ValueError(
                    f"expected a table of shape {expected} for {variable.name}, received "
                    f"{np.shape(values)}."
                )
            unknown = np.zeros((1, *variable.shape[1:]), np.float32)
            variable.assign(np.concatenate([np.asarray(values, np.float32), unknown]))

    def set_histories(self, items: np.ndarray, offsets: np.ndarray) -> None:
        """Fills the histories.

        Args:
            items: int `[num_history_items]`, rows of items, owner by owner, oldest first.
            offsets: int `[num_owners + 1]`; owner r has the items from `offsets[r]` up to
                `offsets[r + 1]`.

        Raises:
            ValueError: the layer has no histories, or the sizes disagree.
        """
        if not self.history_length:
            raise ValueError("expected a layer with a history_length above 0, received one of 0.")
        if np.shape(items) != (self.num_history_items,) or (
            np.shape(offsets) != (self.num_owners + 1,)
        ):
            raise ValueError(
                f"expected {self.num_history_items} items and {self.num_owners + 1} offsets, "
                f"received {np.shape(items)} and {np.shape(offsets)}."
            )
        if not self.built:
            self.build(None)
        self.history_items.assign(items)
        # Nobody's history, that of an id never seen, is empty.
        self.history_offsets.assign(np.append(offsets, offsets[-1]))

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

    def features_of(self, rows: tf.Tensor, history_length: tf.Tensor | None = None) -> Features:
        """The features of rows.

        Args:
            rows: int64 `[batch]`, each from 0 to `num_owners`.
            history_length: int64 `[batch]`, for training pairs: how many items of the user's
                history come before the pair's own. None for the whole history, which is what
                an answer is made from.

        Returns:
            `embedding_index` int64 `[batch]`; `motivation_weights` float32
            `[batch, num_motivations]`; `text_vector` float32 `[batch, text_dimension]`;
            `text_count` and `interaction_count` float32 `[batch]`, the latter of a training pair
            with a history without what the pair must not see; `known` bool `[batch]`;
            `attributes` float32 `[batch, num_attributes]`; `history` int64
            `[batch, history_length]`, rows of items, oldest first, aligned to the right, -1
            before the first.
        """
        size = tf.shape(rows)[0]
        if self.history_length:
            num_shown = self._num_shown(rows, history_length)
            count = tf.cast(num_shown, tf.float32)
            history = self._histories_of(rows, num_shown, history_length)
        else:
            count = tf.gather(self.interaction_counts, rows)
            history = tf.zeros([size, 0], tf.int64)
        return {
            EMBEDDING_INDEX: tf.minimum(rows, tf.cast(self.num_embeddings, rows.dtype)),
            MOTIVATION_WEIGHTS: tf.gather(self.motivation_table, rows),
            TEXT_VECTOR: tf.gather(self.vector_table, rows),
            TEXT_COUNT: tf.gather(self.text_counts, rows),
            INTERACTION_COUNT: count,
            KNOWN: rows < self.unknown_row,
            ATTRIBUTES: (
                tf.gather(self.attribute_table, rows)
                if self.num_attributes
                else tf.zeros([size, 0])
            ),
            HISTORY: history,
        }

    def _num_shown(self, rows: tf.Tensor, history_length: tf.Tensor | None) -> tf.Tensor:
        """How many interactions histories show, int64 `[batch]`, however old they are.

        All of them, or of a training pair those before it, or all but the pair's own.
        """
        whole = tf.gather(self.history_offsets, rows + 1) - tf.gather(self.history_offsets, rows)
        if history_length is None:
            return whole
        if not self.leave_one_out:
            return history_length
        return tf.where(history_length < whole, whole - 1, whole)

    def _histories_of(
        self, rows: tf.Tensor, num_shown: tf.Tensor, history_length: tf.Tensor | None
    ) -> tf.Tensor:
        """The last items that are shown of each history."""
        from_end = tf.range(-self.history_length, 0, dtype=tf.int64)
        position = num_shown[:, tf.newaxis] + from_end
        valid = position >= 0
        if self.leave_one_out and history_length is not None:
            # What is left stands as if the pair's item had never been there: an order that hangs
            # on where it was would tell which it is.
            position += tf.cast(position >= history_length[:, tf.newaxis], tf.int64)
        first = tf.gather(self.history_offsets, rows)[:, tf.newaxis]
        place = tf.where(valid, first + position, 0)
        return tf.where(valid, tf.gather(self.history_items, place), PADDING)

    def call(self, inputs: tf.Tensor) -> Features:
        """The features of string ids `[batch]`; see `features_of`."""
        return self.features_of(self.rows_of(inputs))

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
            "num_attributes": self.num_attributes,
            "history_length": self.history_length,
            "num_history_items": self.num_history_items,
            "leave_one_out": self.leave_one_out,
            "motivation_names": self.motivation_names,
            "attribute_names": self.attribute_names,
            "text_projection": self.text_projection
            and tf.keras.utils.serialize_keras_object(self.text_projection),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "OwnerFeatures":
        """Makes a layer without tables of the same settings."""
        projection = config.get("text_projection")
        if projection is not None:
            projection = tf.keras.utils.deserialize_keras_object(projection)
        return cls(**{**config, "text_projection": projection})
