"""Layers (Keras 2): owner features, id embeddings, the motivation encoder, the gated fusion."""

from lmmrec_tfrs.layers.gated_fusion import GatedMotivationFusion
from lmmrec_tfrs.layers.id_embedding import IdEmbedding
from lmmrec_tfrs.layers.motivation_encoder import TextualMotivationEncoder
from lmmrec_tfrs.layers.owner_features import OwnerFeatures
from lmmrec_tfrs.layers.row_dropout import RowDropout

__all__ = [
    "GatedMotivationFusion",
    "IdEmbedding",
    "OwnerFeatures",
    "RowDropout",
    "TextualMotivationEncoder",
]
