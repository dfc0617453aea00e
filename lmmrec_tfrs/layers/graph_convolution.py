"""LightGCN's propagation of embeddings over the graph of interactions."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers.config_shaped import ConfigShaped
from lmmrec_tfrs.layers.row_dropout import RowDropout

Kernel = Literal["sparse", "segment"]
Tables = tuple[tf.Tensor, tf.Tensor]


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class GraphConvolution(ConfigShaped, tf.keras.layers.Layer):
    """Averages each owner's embedding with those of its neighbourhood (LightGCN, He et al., 2020).

    With the adjacency A of users and items, normalised by the degrees of both ends,

        E⁽ˡ⁺¹⁾ = D^(-1/2) A D^(-1/2) E⁽ˡ⁾,    result = mean of E⁽⁰⁾ ... E⁽ᴸ⁾.

    The last row of each table, of unknown owners, has no edges and passes through unchanged.
    All is computed in float32, also under mixed precision. The propagation is a symmetric linear
    map, so its gradient is the propagation of the gradient: nothing is kept for it.

    Args:
        num_users: users with an embedding of their own.
        num_items: items with an embedding of their own.
        num_edges: how many edges `set_edges` will bring.
        num_layers: L, the steps of propagation; 0 leaves the tables as they are.
        edge_dropout: share of the edges left out of a training step, the others scaled up so
            that the expectation stays.
        kernel: how neighbours are summed. `sparse`, a sparse matrix times a dense one, does not
            write out the neighbours and is by far the fastest on a CPU, but XLA cannot compile
            it; `segment`, a segment sum over gathered rows, is for XLA.
        seed: of the edge dropout; None takes one from the global generator.

    Example: one user with one item exchange embeddings; the second item has no edge.

    >>> layer = GraphConvolution(num_users=1, num_items=2, num_edges=1, num_layers=1)
    >>> layer.set_edges(np.array([[0, 0]]))
    >>> users, items = tf.constant([[2.0], [9.0]]), tf.constant([[4.0], [6.0], [8.0]])
    >>> users, items = layer((users, items))
    >>> users.numpy().ravel().tolist(), items.numpy().ravel().tolist()
    ([3.0, 9.0], [3.0, 3.0, 8.0])
    """

    def __init__(
        self,
        num_users: int,
        num_items: int,
        num_edges: int,
        num_layers: int = 2,
        edge_dropout: float = 0.0,
        kernel: Kernel = "sparse",
        seed: int | None = None,
        **kwargs: Any,
    ):
        # The tables are propagated as they are stored, not in half precision.
        super().__init__(autocast=False, **kwargs)
        if min(num_users, num_items, num_edges, num_layers) < 0:
            raise ValueError(
                "expected numbers of users, items, edges and layers of at least 0, received "
                f"{num_users}, {num_items}, {num_edges} and {num_layers}."
            )
        if not 0.0 <= edge_dropout < 1.0:
            raise ValueError(
                f"expected an edge_dropout from 0 to below 1, received {edge_dropout}."
            )
        if kernel not in get_args(Kernel):
            raise ValueError(f"expected a kernel of {get_args(Kernel)}, received {kernel!r}.")
        self.num_users = num_users
        self.num_items = num_items
        self.num_edges = num_edges
        self.num_layers = num_layers
        self.edge_dropout = edge_dropout
        self.kernel = kernel
        self.seed = seed
        self.keep_edges = RowDropout(edge_dropout, seed, name="keep_edges")

    def build(self, input_shape: Any = None) -> None:
        """Creates the graph, without any effect until `set_edges` is called."""
        self.edges = self.add_weight(
            name="edges",
            shape=(self.num_edges, 2),
            dtype=tf.int64,
            initializer="zeros",
            trainable=False,
        )
        self.edge_weights = self.add_weight(
            name="edge_weights",
            shape=(self.num_edges,),
            dtype=tf.float32,
            initializer="zeros",
            trainable=False,
            experimental_autocast=False,
        )
        super().build(input_shape)

    def set_edges(self, edges: np.ndarray) -> None:
        """Sets the graph.

        Args:
            edges: int `[num_edges, 2]`, distinct pairs of a user's and an item's index.

        Raises:
            ValueError: another number of edges, an index out of range, or a repeated edge.
        """
        edges = np.asarray(edges, np.int64)
        if edges.shape != (self.num_edges, 2):
            raise ValueError(
                f"expected edges of shape {(self.num_edges, 2)}, received {edges.shape}."
            )
        if not self.built:
            self.build(None)
        sizes = np.array([self.num_users, self.num_items])
        if np.any(edges < 0) or np.any(edges >= sizes):
            raise ValueError(
                f"expected users below {self.num_users} and items below {self.num_items}, received "
                f"indices from {edges.min(axis=0).tolist()} to {edges.max(axis=0).tolist()}: leave "
                "out pairs of owners without an embedding."
            )
        # Sorted by user, then item: neighbours in memory are read one after the other.
        distinct = np.unique(edges, axis=0)
        if len(distinct) != self.num_edges:
            raise ValueError(
                f"expected distinct edges, received {self.num_edges - len(distinct)} repeated "
                "ones: pass them through np.unique(edges, axis=0)."
            )
        degrees = [
            np.bincount(distinct[:, side], minlength=size)[distinct[:, side]]
            for side, size in enumerate(sizes)
        ]
        self.edges.assign(distinct)
        self.edge_weights.assign(1.0 / np.sqrt(degrees[0] * degrees[1]))

    def call(self, inputs: Sequence[tf.Tensor], training: bool | None = None) -> Tables:
        """Propagates both tables.

        Args:
            inputs: float32 `[num_users + 1, dimension]` and `[num_items + 1, dimension]`.
            training: whether edges are dropped.

        Returns:
            Two tables of the same shapes.
        """
        users, items = (tf.cast(table, tf.float32) for table in inputs)
        if not self.num_layers:
            return users, items
        neighbours = self._neighbour_sums(training)

        def propagate(users: tf.Tensor, items: tf.Tensor) -> Tables:
            user_sum, item_sum = users, items
            for _ in range(self.num_layers):
                users, items = neighbours(users, items)
                user_sum, item_sum = user_sum + users, item_sum + items
            return user_sum / (self.num_layers + 1), item_sum / (self.num_layers + 1)

        @tf.custom_gradient
        def symmetric(
            users: tf.Tensor, items: tf.Tensor
        ) -> tuple[Tables, Callable[[tf.Tensor, tf.Tensor], Tables]]:
            return propagate(users, items), propagate

        known = symmetric(users[: self.num_users], items[: self.num_items])
        return (
            tf.concat([known[0], users[self.num_users :]], axis=0),
            tf.concat([known[1], items[self.num_items :]], axis=0),
        )

    def _neighbour_sums(self, training: bool | None) -> Callable[[tf.Tensor, tf.Tensor], Tables]:
        """One step of propagation: from both tables to the sums over neighbours of both."""
        edges = tf.convert_to_tensor(self.edges)
        weights = tf.convert_to_tensor(self.edge_weights)
        if training and self.edge_dropout:
            kept = self.keep_edges(weights, training=True)
            weights = tf.where(kept, weights / (1.0 - self.edge_dropout), 0.0)
        if self.kernel == "sparse":
            adjacency = tf.SparseTensor(edges, weights, (self.num_users, self.num_items))
            return lambda users, items: (
                tf.sparse.sparse_dense_matmul(adjacency, items),
                tf.sparse.sparse_dense_matmul(adjacency, users, adjoint_a=True),
            )
        user_index, item_index = edges[:, 0], edges[:, 1]
        column = weights[:, tf.newaxis]
        total = tf.math.unsorted_segment_sum
        return lambda users, items: (
            total(column * tf.gather(items, item_index), user_index, self.num_users),
            total(column * tf.gather(users, user_index), item_index, self.num_items),
        )

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs; the edges are among the weights."""
        config = super().get_config()
        config.pop("autocast", None)
        return {
            **config,
            "num_users": self.num_users,
            "num_items": self.num_items,
            "num_edges": self.num_edges,
            "num_layers": self.num_layers,
            "edge_dropout": self.edge_dropout,
            "kernel": self.kernel,
            "seed": self.seed,
        }
