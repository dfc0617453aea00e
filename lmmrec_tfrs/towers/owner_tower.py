"""What the query and the candidate tower share."""

import dataclasses
from typing import Any

import numpy as np
import tensorflow as tf

from lmmrec_tfrs.layers import (
    GatedMotivationFusion,
    IdEmbedding,
    RowDropout,
    TextualMotivationEncoder,
    owner_features,
)
from lmmrec_tfrs.layers.owner_features import Features


@dataclasses.dataclass(frozen=True)
class TowerOutput:
    """What a tower makes of a batch; all float32 but `has_id` and `has_text`.

    `embedding` `[batch, dimension]` is the owner's place; `interaction` and `motivation`, of the
    same shape, are its two sides before the fusion; `bias` `[batch]` is zero for queries.
    `has_id` and `has_text`, bool `[batch]`, say which sides the owner has after dropout.
    """

    embedding: tf.Tensor
    interaction: tf.Tensor
    motivation: tf.Tensor
    bias: tf.Tensor
    has_id: tf.Tensor
    has_text: tf.Tensor


class OwnerTower(tf.keras.Model):
    """Places an owner by its behaviour and its motivations.

    The id's embedding and the encoded motivations go through the gated fusion. In training, id
    dropout swaps an id for the out-of-vocabulary row and hides how much behaviour there is,
    so that the path of an owner whom nobody knows is trained as it will be used.

    Args:
        num_embeddings: how many ids have an embedding.
        num_motivations: K, the width of the motivation weights.
        text_dimension: E, the width of the text vectors.
        dimension: the width of the embedding.
        use_text: whether the motivations take part at all.
        id_dropout: share of the rows that lose their id in training.
        text_dropout: share of the rows that lose their text in training.
        dropout: rate inside the motivation encoder.
        initial_stddev: standard deviation of the id embeddings' initial values.
    """

    def __init__(
        self,
        num_embeddings: int,
        num_motivations: int,
        text_dimension: int,
        dimension: int = 64,
        use_text: bool = True,
        id_dropout: float = 0.0,
        text_dropout: float = 0.0,
        dropout: float = 0.0,
        initial_stddev: float = 0.05,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self._settings = {
            "num_embeddings": num_embeddings,
            "num_motivations": num_motivations,
            "text_dimension": text_dimension,
            "dimension": dimension,
            "use_text": use_text,
            "id_dropout": id_dropout,
            "text_dropout": text_dropout,
            "dropout": dropout,
            "initial_stddev": initial_stddev,
        }
        self.num_embeddings = num_embeddings
        self.num_motivations = num_motivations
        self.text_dimension = text_dimension
        self.dimension = dimension
        self.use_text = use_text
        self.id_dropout = RowDropout(id_dropout, name="id_dropout")
        self.text_dropout = RowDropout(text_dropout, name="text_dropout")
        self.embedding = IdEmbedding(num_embeddings, dimension, initial_stddev, name="embedding")
        if use_text:
            self.motivation_encoder = TextualMotivationEncoder(
                dimension, dropout, name="motivation_encoder"
            )
            self.fusion = GatedMotivationFusion(name="fusion")

    def build(self, input_shape: Any = None) -> None:
        """Creates the weights, whose shapes follow from the config alone."""
        self.embedding.build((None,))
        if self.use_text:
            place = (None, self.dimension)
            self.motivation_encoder.build(
                ((None, self.num_motivations), (None, self.text_dimension))
            )
            self.fusion.build((place, place, (None,), (None,)))
        self.built = True

    def adapt(self, motivation_weights: np.ndarray, text_vectors: np.ndarray) -> None:
        """Standardises the motivation encoder's inputs; see `TextualMotivationEncoder.adapt`."""
        if self.use_text:
            self.motivation_encoder.adapt(motivation_weights, text_vectors)

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
        index = tf.where(self.id_dropout(index, training=training), index, unknown)
        has_id = index < unknown
        interaction = self.embedding(index)
        if not self.use_text:
            motivation = tf.zeros_like(interaction)
            has_text = tf.zeros_like(has_id)
            embedding = interaction
        else:
            texts = features[owner_features.TEXT_COUNT]
            texts = tf.where(self.text_dropout(texts, training=training), texts, 0.0)
            has_text = texts > 0
            weights = features[owner_features.MOTIVATION_WEIGHTS]
            vector = features[owner_features.TEXT_VECTOR]
            motivation = self.motivation_encoder([weights, vector], training=training)
            behaviour = tf.where(has_id, features[owner_features.INTERACTION_COUNT], 0.0)
            embedding = self.fusion([interaction, motivation, behaviour, texts])
        return TowerOutput(
            embedding, interaction, motivation, self.bias_of(index), has_id, has_text
        )

    def bias_of(self, index: tf.Tensor) -> tf.Tensor:
        """The bias of each embedding index, after id dropout; a query has none."""
        return tf.zeros_like(index, tf.float32)

    def scoring_vector(self, features: Features, training: bool | None = None) -> tf.Tensor:
        """The embedding with the item bias folded in, float32 `[batch, dimension + 1]`.

        The score of a query and a candidate is the dot product of their scoring vectors.
        """
        raise NotImplementedError

    def get_build_config(self) -> dict[str, Any]:
        """The shapes follow from the config alone."""
        return {"input_shape": None}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Creates the weights, for the loader to fill."""
        self.build(None)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {"name": self.name, **self._settings}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "OwnerTower":
        """Makes an unbuilt tower of the same settings."""
        return cls(**config)
