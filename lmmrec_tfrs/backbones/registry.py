"""The backbones by name."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmmrec_tfrs.backbones.backbone import Backbone
from lmmrec_tfrs.backbones.config import BackboneConfig
from lmmrec_tfrs.backbones.lightgcn import lightgcn
from lmmrec_tfrs.backbones.matrix_factorization import matrix_factorization
from lmmrec_tfrs.backbones.mlp import mlp
from lmmrec_tfrs.backbones.sasrec import sasrec
from lmmrec_tfrs.training.data import OwnerTable, TrainingData


def prepare_data(data: TrainingData, config: BackboneConfig) -> TrainingData:
    """The data with what the backbone reads beyond ids and attributes.

    Args:
        data: tables and pairs.
        config: which backbone.

    Returns:
        The data, for SASRec with the users' histories.

    Raises:
        ValueError: histories in the order of time are asked for, and there are no timestamps.
    """
    if config.name != "sasrec":
        return data
    return data.with_histories(config.sasrec.maximum_history, config.sasrec.history_order)


def describe_data(data: TrainingData) -> dict[str, Any]:
    """What a report should say of the features that backbones read."""
    histories = data.users.histories
    return {
        "num_item_attributes": data.items.num_attributes,
        "history_order": histories.order if histories else None,
        "maximum_history": histories.maximum_length if histories else None,
    }


def make_backbone(
    config: BackboneConfig,
    dimension: int,
    users: OwnerTable,
    items: OwnerTable,
    train_pairs: NDArray[np.int64],
    initial_stddev: float = 0.05,
    jit_compile: bool = False,
) -> Backbone:
    """Makes the configured backbone, untrained.

    Args:
        config: which backbone, and its settings.
        dimension: the width of the embeddings.
        users: the table of users, as `prepare_data` left it.
        items: the table of items.
        train_pairs: int64 `[num_pairs, 2]` of user row and item row, LightGCN's graph.
        initial_stddev: standard deviation of the id embeddings' initial values.
        jit_compile: whether the training step is compiled with XLA.

    Returns:
        The backbone.

    Raises:
        ValueError: SASRec is asked for, and the users have no histories.
    """
    num_users, num_items = users.num_embeddings, items.num_embeddings
    if config.name == "matrix_factorization":
        return matrix_factorization(num_users, num_items, dimension, initial_stddev)
    if config.name == "mlp":
        return mlp(
            num_users,
            num_items,
            dimension,
            users.num_attributes,
            items.num_attributes,
            config.mlp.hidden_units,
            config.mlp.dropout,
            initial_stddev,
        )
    if config.name == "lightgcn":
        return lightgcn(
            num_users,
            num_items,
            dimension,
            train_pairs,
            config.lightgcn.num_layers,
            config.lightgcn.edge_dropout,
            "segment" if jit_compile else "sparse",
            initial_stddev,
        )
    if users.histories is None:
        raise ValueError("expected users with histories for sasrec: call prepare_data first.")
    return sasrec(
        num_items,
        dimension,
        users.histories.maximum_length,
        config.sasrec.num_blocks,
        config.sasrec.num_heads,
        config.sasrec.dropout,
        users.histories.order == "time",
        initial_stddev,
        skip_padding=not jit_compile,
    )
