"""Backbones by name."""

from typing import get_args

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.backbones.config import BackboneConfig, BackboneName
from lmmrec_tfrs.backbones.registry import describe_data, make_backbone, prepare_data
from tests.lmmrec_tfrs.training.planted import planted_data


@pytest.mark.parametrize("name", get_args(BackboneName))
def test_every_backbone_places_known_and_unknown_owners(name: str):
    config = BackboneConfig(name=name)
    data = prepare_data(planted_data(), config)
    backbone = make_backbone(config, 8, data.users, data.items, data.train_pairs)
    assert backbone.dimension == 8
    for table, encoder in (
        (data.users, backbone.query_encoder),
        (data.items, backbone.candidate_encoder),
    ):
        layer = table.to_layer("owners")
        embeddings = encoder(layer(tf.constant([*table.ids[:2], "nobody"])))
        assert embeddings.shape == (3, 8)
        assert embeddings.dtype == tf.float32
        assert np.isfinite(embeddings).all()
        assert encoder.trainable_variables


def test_histories_are_there_for_sasrec_only_and_are_described():
    data = planted_data()
    assert prepare_data(data, BackboneConfig()) is data
    assert describe_data(data)["history_order"] is None
    config = BackboneConfig(name="sasrec")
    prepared = prepare_data(data, config)
    assert describe_data(prepared) == {
        "num_item_attributes": 0,
        "history_order": "leave_one_out",
        "maximum_history": 4,
    }
    with pytest.raises(ValueError, match="prepare_data"):
        make_backbone(config, 8, data.users, data.items, data.train_pairs)


def test_xla_gets_the_kernel_that_it_can_compile():
    data = planted_data()
    config = BackboneConfig(name="lightgcn")
    for jit_compile, kernel in ((False, "sparse"), (True, "segment")):
        backbone = make_backbone(
            config, 4, data.users, data.items, data.train_pairs, jit_compile=jit_compile
        )
        assert backbone.query_encoder.tables.convolution.kernel == kernel
