"""The encoders of all backbones: importing them lets Keras load towers that hold one."""

from lmmrec_tfrs.backbones.id_encoder import IdEncoder
from lmmrec_tfrs.backbones.lightgcn import LightGCNEncoder
from lmmrec_tfrs.backbones.mlp import MlpEncoder
from lmmrec_tfrs.backbones.sasrec import HistoryEncoder

__all__ = ["HistoryEncoder", "IdEncoder", "LightGCNEncoder", "MlpEncoder"]
