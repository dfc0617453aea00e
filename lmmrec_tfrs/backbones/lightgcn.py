"""LightGCN: embeddings propagated over the graph of train pairs."""

from typing import Any, Literal

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lmmrec_tfrs.backbones.backbone import Towers
from lmmrec_tfrs.backbones.id_encoder import IdEncoder
from lmmrec_tfrs.layers import owner_features
from lmmrec_tfrs.layers.config_shaped import ConfigShaped
from lmmrec_tfrs.layers.graph_convolution import GraphConvolution, Kernel, Tables
from lmmrec_tfrs.layers.id_embedding import IdEmbedding
from lmmrec_tfrs.layers.owner_features import Features

# The propagated tables of users and items among the features of a step.
PROPAGATED_TABLES = "propagated_tables"

Side = Literal["users", "items"]


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class PropagatedTables(ConfigShaped, tf.keras.layers.Layer):
    """The embeddings of users and of items, and the graph that they are propagated over.

    Args:
        num_users: how many users have an embedding of their own.
        num_items: how many items do.
        num_edges: how many distinct train pairs the graph has.
        dimension: the width of the embeddings.
        num_layers: steps of propagation.
        edge_dropout: share of the edges left out of a training step.
        kernel: see `GraphConvolution`; XLA needs `segment`.
        initial_stddev: standard deviation of the embeddings' initial values.
    """

    def __init__(
        self,
        num_users: int,
        num_items: int,
        num_edges: int,
        dimension: int,
        num_layers: int = 2,
        edge_dropout: float = 0.0,
        kernel: Kernel = "sparse",
        initial_stddev: float = 0.05,
        **kwargs: Any,
    ):
        # The tables are propagated as they are stored, not in half precision.
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self._settings = {
            "num_users": num_users,
            "num_items": num_items,
            "num_edges": num_edges,
            "dimension": dimension,
            "num_layers": num_layers,
            "edge_dropout": edge_dropout,
            "kernel": kernel,
            "initial_stddev": initial_stddev,
        }
        self.user_embedding = IdEmbedding(
            num_users, dimension, initial_stddev, name="user_embedding"
        )
        self.item_embedding = IdEmbedding(
            num_items, dimension, initial_stddev, name="item_embedding"
        )
        self.convolution = GraphConvolution(
            num_users, num_items, num_edges, num_layers, edge_dropout, kernel, name="convolution"
        )

    def build(self, input_shape: Any = None) -> None:
        """Creates the tables, and the graph unless it is there already."""
        self.user_embedding.build((None,))
        self.item_embedding.build((None,))
        if not self.convolution.built:
            self.convolution.build(None)
        super().build(input_shape)

    def propagate(self, training: bool | None = None) -> Tables:
        """The propagated tables, the rows of unknown owners last.

        Args:
            training: whether edges are dropped.

        Returns:
            float32 `[num_users + 1, dimension]` and `[num_items + 1, dimension]`.
        """
        if not self.built:
            self.build(None)
        tables = (self.user_embedding.table, self.item_embedding.table)
        return self.convolution(tuple(map(tf.convert_to_tensor, tables)), training=training)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs; the edges are among the weights."""
        return {**super().get_config(), **self._settings}


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class LightGCNEncoder(ConfigShaped, tf.keras.layers.Layer):
    """Looks up the propagated embedding of an owner (He et al., 2020).

    Where the features hold the `propagated_tables` of the step, as `lightgcn` shares them, these
    are used; otherwise the tables are propagated anew.

    Args:
        tables: the embeddings and the graph, shared by the encoders of both sides.
        side: whether it places `users` or `items`.
    """

    def __init__(self, tables: PropagatedTables, side: Side, **kwargs: Any):
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.tables = tables
        self.side = side

    def build(self, input_shape: Any = None) -> None:
        """Creates the tables, unless they are there already."""
        if not self.tables.built:
            self.tables.build(None)
        super().build(input_shape)

    def call(self, inputs: Features, training: bool | None = None) -> tf.Tensor:
        """Looks up a batch.

        Args:
            inputs: see `OwnerFeatures.features_of`; `embedding_index` is read.
            training: whether edges are dropped.

        Returns:
            float32 `[batch, dimension]`.
        """
        tables = inputs.get(PROPAGATED_TABLES) or self.tables.propagate(training)
        return tf.gather(self._own(tables), inputs[owner_features.EMBEDDING_INDEX])

    def for_serving(self) -> IdEncoder:
        """An encoder with the propagated table of its side, which needs no graph."""
        table = self._own(self.tables.propagate(training=False))
        encoder = IdEncoder(table.shape[0] - 1, table.shape[1], name=self.name)
        encoder.build(None)
        encoder.embedding.table.assign(table)
        return encoder

    def _own(self, tables: Tables) -> tf.Tensor:
        return tables[0] if self.side == "users" else tables[1]

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "tables": tf.keras.utils.serialize_keras_object(self.tables),
            "side": self.side,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "LightGCNEncoder":
        """Makes an unfilled encoder of the same settings, with tables of its own."""
        tables = tf.keras.utils.deserialize_keras_object(config["tables"])
        return cls(**{**config, "tables": tables})


def lightgcn(
    num_users: int,
    num_items: int,
    dimension: int,
    train_pairs: NDArray[np.int64],
    num_layers: int = 2,
    edge_dropout: float = 0.0,
    kernel: Kernel = "sparse",
    initial_stddev: float = 0.05,
) -> Towers:
    """Makes the backbone, whose encoders share both tables and the graph.

    Args:
        num_users: how many users have an embedding of their own.
        num_items: how many items do.
        dimension: the width of the embeddings.
        train_pairs: int64 `[num_pairs, 2]` of user row and item row; a repeated pair counts once.
        num_layers: steps of propagation.
        edge_dropout: share of the edges left out of a training step.
        kernel: see `GraphConvolution`; XLA needs `segment`.
        initial_stddev: standard deviation of the embeddings' initial values.

    Returns:
        Two encoders, and the propagated tables as what they share in a step.
    """
    edges = np.unique(train_pairs, axis=0)
    tables = PropagatedTables(
        num_users,
        num_items,
        len(edges),
        dimension,
        num_layers,
        edge_dropout,
        kernel,
        initial_stddev,
        name="propagated_tables",
    )
    tables.convolution.set_edges(edges)
    return Towers(
        dimension,
        LightGCNEncoder(tables, "users", name="user_encoder"),
        LightGCNEncoder(tables, "items", name="item_encoder"),
        shared_features=lambda training: {PROPAGATED_TABLES: tables.propagate(training)},
    )
