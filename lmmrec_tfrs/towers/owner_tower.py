"""What the query and the candidate tower share."""

import dataclasses
from typing import Any

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers import (
    GatedMotivationFusion,
    InteractionMotivationEncoder,
    RowDropout,
    TextualMotivationEncoder,
    owner_features,
)
from lmmrec_tfrs.layers.config_shaped import ConfigShaped
from lmmrec_tfrs.layers.owner_features import Features


@dataclasses.dataclass(frozen=True)
class MotivationSettings:
    """How a tower makes motivations of texts and of behaviour.

    Attributes:
        num_motivations: K, the width of the motivation weights.
        text_dimension: E, the width of the text vectors.
        inferred: whether motivations are inferred from behaviour, too, by soft assignment to the
            prototypes of the named ones.
        inference_temperature: of that assignment.
        dropout: rate inside the textual motivation encoder.
        hidden_multiple: see `TextualMotivationEncoder`.
        initial_gate: see `GatedMotivationFusion`.
    """

    num_motivations: int
    text_dimension: int
    inferred: bool = True
    inference_temperature: float = 0.2
    dropout: float = 0.2
    hidden_multiple: int = 0
    initial_gate: float = 0.5


@dataclasses.dataclass(frozen=True)
class TowerOutput:
    """What a tower makes of a batch; all float32 but `has_behaviour` and `has_text`.

    `embedding` `[batch, dimension]` is the owner's place. Of the same shape, `interaction` is e,
    what the backbone makes of behaviour; `textual` is t, what the texts say; `inferred` is r, the
    motivations inferred from e: both zero where the tower reads no text. `bias` `[batch]` is zero
    for queries. `has_behaviour` and `has_text`, bool `[batch]`, say which sides the owner has
    after dropout.
    """

    embedding: tf.Tensor
    interaction: tf.Tensor
    textual: tf.Tensor
    inferred: tf.Tensor
    bias: tf.Tensor
    has_behaviour: tf.Tensor
    has_text: tf.Tensor


class OwnerTower(ConfigShaped, tf.keras.Model):
    """Places an owner by its behaviour and its motivations: q = e + g (t + r).

    e comes from the backbone's encoder, t from the texts, r from e and the prototypes of the
    named motivations, and g from the gate, which knows how much behaviour and text there is. In
    training, id dropout hides an owner's behaviour: its id counts as unknown, its history as
    empty, and its reviews as unwritten, where it has other texts. So the path of an owner whom
    nobody knows is trained as it will be used.

    Args:
        encoder: the backbone's encoder of this side.
        num_embeddings: how many ids the backbone knows; the index after them stands for all others.
        dimension: the width of the embedding, which is the encoder's.
        motivation: how motivations are made; None for behaviour alone.
        id_dropout: share of the rows that lose their id in training.
        text_dropout: share of the rows that lose their text in training.
    """

    def __init__(
        self,
        encoder: tf.keras.layers.Layer,
        num_embeddings: int,
        dimension: int = 64,
        motivation: MotivationSettings | None = None,
        id_dropout: float = 0.0,
        text_dropout: float = 0.0,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.encoder = encoder
        self.num_embeddings = num_embeddings
        self.dimension = dimension
        self.motivation = motivation
        self.id_dropout = RowDropout(id_dropout, name="id_dropout")
        self.text_dropout = RowDropout(text_dropout, name="text_dropout")
        if motivation:
            self.textual_encoder = TextualMotivationEncoder(
                dimension,
                motivation.dropout,
                motivation.hidden_multiple,
                name="textual_motivation_encoder",
            )
            self.interaction_encoder = InteractionMotivationEncoder(
                motivation.inference_temperature, name="interaction_motivation_encoder"
            )
            self.fusion = GatedMotivationFusion(motivation.initial_gate, name="fusion")

    def build(self, input_shape: Any = None) -> None:
        """Creates the weights, whose shapes follow from the config alone.

        The encoder builds itself: one of a user's own may need to see features first.
        """
        if self.motivation:
            place = (None, self.dimension)
            widths = (self.motivation.num_motivations, self.motivation.text_dimension)
            self.textual_encoder.build(tuple((None, width) for width in widths))
            self.interaction_encoder.build((place, (widths[0], self.dimension)))
            self.fusion.build((place, place, (None,), (None,)))
        self.built = True

    def adapt(self, motivation_weights: np.ndarray, text_vectors: np.ndarray) -> None:
        """Standardises the encoder's inputs; see `TextualMotivationEncoder.adapt`."""
        if self.motivation:
            self.textual_encoder.adapt(motivation_weights, text_vectors)

    def encode(self, features: Features, training: bool | None = None) -> TowerOutput:
        """Places a batch of owners.

        Args:
            features: see `OwnerFeatures.features_of`.
            training: whether the dropouts are on.

        Returns:
            The embedding and the sides that it was made of.
        """
        if not self.built:
            self.build(None)
        index = features[owner_features.EMBEDDING_INDEX]
        unknown = tf.cast(self.num_embeddings, index.dtype)
        keeps_id = self.id_dropout(index, training=training)
        index = tf.where(keeps_id, index, unknown)
        has_behaviour = index < unknown
        behaviour = tf.where(keeps_id, features[owner_features.INTERACTION_COUNT], 0.0)
        seen = {
            **features,
            owner_features.EMBEDDING_INDEX: index,
            owner_features.INTERACTION_COUNT: behaviour,
        }
        history = features.get(owner_features.HISTORY)
        if history is not None and history.shape[1] != 0:
            padding = tf.cast(owner_features.PADDING, history.dtype)
            history = tf.where(keeps_id[:, tf.newaxis], history, padding)
            seen[owner_features.HISTORY] = history
            # A known user's first item is foretold from nothing, whatever came after it.
            has_behaviour = tf.reduce_any(history != padding, axis=1)
        interaction = self.encoder(seen, training=training)
        if not self.motivation:
            nothing, no_text = tf.zeros_like(interaction), tf.zeros_like(has_behaviour)
            bias = self.bias_of(index, nothing, no_text)
            sides = (interaction, interaction, nothing, nothing)
            return _in_float32(TowerOutput(*sides, bias, has_behaviour, no_text))
        weights, vector, texts = _texts(features, keeps_id)
        texts = tf.where(self.text_dropout(texts, training=training), texts, 0.0)
        has_text = texts > 0
        textual = self.textual_encoder([weights, vector], training=training)
        textual = _where(has_text, textual)
        motivation, inferred = textual, tf.zeros_like(textual)
        if self.motivation.inferred:
            inferred, _ = self.interaction_encoder(
                [interaction, self.textual_encoder.prototype_embeddings()]
            )
            # Nothing can be inferred from behaviour that there is none of.
            inferred = _where(has_behaviour, inferred)
            motivation = textual + inferred
        embedding = self.fusion([interaction, motivation, behaviour, texts])
        bias = self.bias_of(index, textual, has_text & ~has_behaviour)
        return _in_float32(
            TowerOutput(embedding, interaction, textual, inferred, bias, has_behaviour, has_text)
        )

    def bias_of(self, index: tf.Tensor, textual: tf.Tensor, text_only: tf.Tensor) -> tf.Tensor:
        """The bias of owners; a query has none.

        Args:
            index: int64 `[batch]`, embedding indices after id dropout.
            textual: float32 `[batch, dimension]`, t.
            text_only: bool `[batch]`, who is known by text alone.

        Returns:
            float32 `[batch]`.
        """
        return tf.zeros_like(index, tf.float32)

    def scoring_vector(self, features: Features, training: bool | None = None) -> tf.Tensor:
        """The embedding with the item bias folded in, float32 `[batch, dimension + 1]`.

        The score of a query and a candidate is the dot product of their scoring vectors.
        """
        raise NotImplementedError

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Creates the weights, for the loader to fill."""
        if not self.encoder.built:
            self.encoder.build(None)
        self.build(None)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "name": self.name,
            "encoder": tf.keras.utils.serialize_keras_object(self.encoder),
            "num_embeddings": self.num_embeddings,
            "dimension": self.dimension,
            "motivation": dataclasses.asdict(self.motivation) if self.motivation else None,
            "id_dropout": self.id_dropout.rate,
            "text_dropout": self.text_dropout.rate,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "OwnerTower":
        """Makes an unbuilt tower of the same settings."""
        motivation = config["motivation"]
        return cls(
            **{
                **config,
                "encoder": tf.keras.utils.deserialize_keras_object(
                    config["encoder"], custom_objects=custom_objects
                ),
                "motivation": MotivationSettings(**motivation) if motivation else None,
            }
        )


def _in_float32(output: TowerOutput) -> TowerOutput:
    """The output as losses take it, whatever precision the layers compute in."""
    parts = vars(output).items()
    return TowerOutput(
        **{
            name: tf.cast(part, tf.float32) if part.dtype.is_floating else part
            for name, part in parts
        }
    )


def _where(condition: tf.Tensor, values: tf.Tensor) -> tf.Tensor:
    """The rows where the condition holds, and zeros; a product is cheaper than `tf.where`."""
    return values * tf.cast(condition, values.dtype)[:, tf.newaxis]


def _texts(features: Features, keeps_id: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Motivation weights, text vectors and their number; without reviews for who lost its id."""
    weights = features[owner_features.MOTIVATION_WEIGHTS]
    vector = features[owner_features.TEXT_VECTOR]
    count = features[owner_features.TEXT_COUNT]
    if owner_features.COLD_TEXT_COUNT not in features:
        return weights, vector, count
    # Who has nothing but reviews is placed by them, rather than by nothing.
    as_cold = ~keeps_id & (features[owner_features.COLD_TEXT_COUNT] > 0)
    column = as_cold[:, tf.newaxis]
    return (
        tf.where(column, features[owner_features.COLD_MOTIVATION_WEIGHTS], weights),
        tf.where(column, features[owner_features.COLD_TEXT_VECTOR], vector),
        tf.where(as_cold, features[owner_features.COLD_TEXT_COUNT], count),
    )
