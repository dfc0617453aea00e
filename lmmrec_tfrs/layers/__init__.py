"""Layers (Keras 2): features, embeddings, motivation encoders, the fusion, losses, the teacher."""

from lmmrec_tfrs.extras import named_extra

with named_extra("lmmrec_tfrs.layers", "train"):
    from lmmrec_tfrs.layers.cold_texts import ColdTexts
    from lmmrec_tfrs.layers.contrastive_alignment import ContrastiveAlignment
    from lmmrec_tfrs.layers.ema_teacher import EmaTeacher
    from lmmrec_tfrs.layers.gated_fusion import GatedMotivationFusion
    from lmmrec_tfrs.layers.graph_convolution import GraphConvolution
    from lmmrec_tfrs.layers.id_embedding import IdEmbedding
    from lmmrec_tfrs.layers.interaction_motivation_encoder import InteractionMotivationEncoder
    from lmmrec_tfrs.layers.interaction_text_correspondence import InteractionTextCorrespondence
    from lmmrec_tfrs.layers.motivation_coordination import MotivationCoordination
    from lmmrec_tfrs.layers.motivation_encoder import TextualMotivationEncoder
    from lmmrec_tfrs.layers.motivation_views import MotivationViews
    from lmmrec_tfrs.layers.owner_features import OwnerFeatures
    from lmmrec_tfrs.layers.random_generator import make_generator
    from lmmrec_tfrs.layers.row_dropout import RowDropout
    from lmmrec_tfrs.layers.seeded_dropout import SeededDropout
    from lmmrec_tfrs.layers.text_halves import TextHalves
    from lmmrec_tfrs.layers.text_projection import TextProjection

__all__ = [
    "ColdTexts",
    "ContrastiveAlignment",
    "EmaTeacher",
    "GatedMotivationFusion",
    "GraphConvolution",
    "IdEmbedding",
    "InteractionMotivationEncoder",
    "InteractionTextCorrespondence",
    "MotivationCoordination",
    "MotivationViews",
    "OwnerFeatures",
    "RowDropout",
    "SeededDropout",
    "TextHalves",
    "TextProjection",
    "TextualMotivationEncoder",
    "make_generator",
]
