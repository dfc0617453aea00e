"""Makes an untrained model for prepared data."""

import dataclasses

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.backbones.backbone import Backbone
from lmmrec_tfrs.backbones.registry import make_backbone
from lmmrec_tfrs.layers import TextHalves, TextProjection
from lmmrec_tfrs.model import LMMRec
from lmmrec_tfrs.objectives import MotivationObjective, RetrievalObjective
from lmmrec_tfrs.towers import CandidateTower, MotivationSettings, OwnerTower, QueryTower
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import OwnerTable, TrainingData
from lmmrec_tfrs.training.popularity import popularity_bias


def build_model(
    data: TrainingData,
    config: TrainingConfig,
    backbone: Backbone | None = None,
    text_projection: TextProjection | None = None,
) -> LMMRec:
    """An untrained model with its tables filled.

    Args:
        data: tables and pairs, as `prepare_data` left them.
        config: the settings.
        backbone: what places users and items by behaviour, where it is not the configured one.
        text_projection: an earlier model's, so that what it learnt of texts still holds; None to
            fit one to these texts.

    Raises:
        ValueError: text is asked for, but no user and no item has any; or the backbone's
            dimension is not the configured one.
    """
    use_text = config.use_text is not False
    if use_text and not (data.users.text_counts.any() or data.items.text_counts.any()):
        raise ValueError(
            "expected motivations of users or items, received none: check the motivations that "
            "the trainer was given, or set use_text to false to train on behaviour alone."
        )
    users, items = data.users, data.items
    if config.use_text == "shuffled":
        users, items = users.with_shuffled_text(config.seed), items.with_shuffled_text(config.seed)
    projection = _text_projection(users, items, config.text_dimension, text_projection)
    users, items = users.with_projected_text(projection), items.with_projected_text(projection)
    if backbone is None:
        backbone = make_backbone(
            config.backbone,
            config.embedding_dim,
            users,
            items,
            data.train_pairs,
            config.initial_stddev,
            config.jit_compile,
        )
    if backbone.dimension != config.embedding_dim:
        raise ValueError(
            f"expected a backbone of dimension {config.embedding_dim} (embedding_dim), received "
            f"one of {backbone.dimension}."
        )
    query_tower, candidate_tower = (
        _tower(kind, encoder, owners, config, use_text)
        for kind, encoder, owners in (
            (QueryTower, backbone.query_encoder, users),
            (CandidateTower, backbone.candidate_encoder, items),
        )
    )
    assert isinstance(candidate_tower, CandidateTower)
    if config.popularity_bias:
        bias = popularity_bias(items.interaction_counts[: items.num_embeddings])
        candidate_tower.set_item_bias(config.temperature * bias)
    tables = {"users": users.to_layer("users"), "items": items.to_layer("items")}
    for tower, layer in ((query_tower, tables["users"]), (candidate_tower, tables["items"])):
        # An encoder of somebody's own makes its weights when it first meets features.
        tower.encode(layer.features_of(tf.zeros([1], tf.int64)))
    return LMMRec(
        tables["users"],
        tables["items"],
        query_tower,
        candidate_tower,
        RetrievalObjective(
            config.embedding_dim,
            config.loss_for(items.num_embeddings),
            config.temperature,
            config.num_uniform_negatives,
            config.num_cross_batch_negatives,
            config.frequency_estimate,
            config.frequency_learning_rate,
            items.num_owners,
            name="retrieval",
        ),
        _motivation_objective("user", query_tower, users, config) if use_text else None,
        _motivation_objective("item", candidate_tower, items, config) if use_text else None,
        l2=config.l2,
        shared_features=backbone.shared_features,
        cold_users=users.cold.to_layer() if use_text and users.cold else None,
        cold_items=items.cold.to_layer() if use_text and items.cold else None,
    )


def _text_projection(
    users: OwnerTable, items: OwnerTable, dimension: int, earlier: TextProjection | None
) -> TextProjection:
    """Fitted to the texts of users and items together, so that the two stay comparable."""
    if earlier is not None:
        # A copy, made where this model's variables are made.
        copy = TextProjection.from_config(earlier.get_config())
        copy.build(None)
        copy.set_weights(earlier.get_weights())
        return copy
    vectors = np.concatenate(
        [table.text_vectors[table.text_counts > 0] for table in (users, items)]
    )
    projection = TextProjection(
        vectors.shape[1], min(dimension, vectors.shape[1]), name="text_projection"
    )
    projection.adapt(vectors)
    return projection


def _tower(
    kind: type[OwnerTower],
    encoder: object,
    owners: OwnerTable,
    config: TrainingConfig,
    use_text: bool,
) -> OwnerTower:
    motivation = MotivationSettings(
        num_motivations=owners.motivation_weights.shape[1],
        text_dimension=owners.text_vectors.shape[1],
        inferred=config.inferred_motivations,
        inference_temperature=config.inference_temperature,
        dropout=config.dropout,
        hidden_multiple=config.hidden_multiple,
        initial_gate=config.initial_gate,
    )
    tower = kind(
        encoder,
        owners.num_embeddings,
        config.embedding_dim,
        motivation if use_text else None,
        config.id_dropout if use_text else 0.0,
        config.text_dropout,
    )
    tower.build(None)
    with_text = owners.text_counts > 0
    tower.adapt(owners.motivation_weights[with_text], owners.text_vectors[with_text])
    return tower


def _motivation_objective(
    name: str, tower: OwnerTower, owners: OwnerTable, config: TrainingConfig
) -> MotivationObjective | None:
    if not (config.alignment_weight or config.coordination_weight or config.correspondence_weight):
        return None
    return MotivationObjective(
        tower,
        alignment_weight=config.alignment_weight,
        alignment_temperature=config.alignment_temperature,
        learnable_temperature=config.learnable_temperature,
        coordination_weight=config.coordination_weight,
        coordination_noise=config.coordination_noise,
        coordination_temperature=config.coordination_temperature,
        correspondence_weight=config.correspondence_weight,
        correspondence_temperature=config.correspondence_temperature,
        teacher_decay=config.teacher_decay,
        batch_size=config.motivation_batch_size,
        halves=_text_halves(owners),
        name=name,
    )


def _text_halves(owners: OwnerTable) -> TextHalves | None:
    halves = owners.halves
    if halves is None:
        return None
    layer = TextHalves(
        owners.num_owners, owners.motivation_weights.shape[1], owners.text_vectors.shape[1]
    )
    layer.set_tables(*(getattr(halves, field.name) for field in dataclasses.fields(halves)))
    return layer
