"""Settings that cannot work together are refused."""

import pytest
from pydantic import ValidationError

from lmmrec_tfrs.training.config import TrainingConfig


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"frequency_estimate": "streaming"}, "frequency_estimate counts with the loss full"),
        ({"num_cross_batch_negatives": 8}, "num_cross_batch_negatives 0 with the loss full"),
    ],
)
def test_full_softmax_samples_nothing(settings: dict, message: str):
    with pytest.raises(ValidationError, match=message):
        TrainingConfig(loss="full_softmax", **settings)
    assert TrainingConfig(loss="sampled_softmax", **settings)


@pytest.mark.parametrize("distribution", ["mirrored", "multi_worker"])
def test_xla_and_distribution_exclude_each_other(distribution: str):
    with pytest.raises(ValidationError, match="choose one of both"):
        TrainingConfig(jit_compile=True, distribution=distribution)


@pytest.mark.parametrize(
    "setting",
    [
        {"clip_norm": 0.0},
        {"precision": "float16"},
        {"checkpoint_steps": 0},
        {"warm_start_from": ""},
        {"alignment_temperature": 0.005},
    ],
)
def test_values_out_of_range_are_refused(setting: dict):
    with pytest.raises(ValidationError, match=next(iter(setting))):
        TrainingConfig(**setting)


def test_heads_have_to_divide_the_dimension_of_sasrec_alone():
    backbone = {"name": "sasrec", "sasrec": {"num_heads": 3}}
    with pytest.raises(ValidationError, match="divides embedding_dim 64"):
        TrainingConfig(embedding_dim=64, backbone=backbone)
    TrainingConfig(embedding_dim=66, backbone=backbone)
    TrainingConfig(embedding_dim=64, backbone={**backbone, "name": "lightgcn"})


def test_every_setting_is_described():
    assert all(field.description for field in TrainingConfig.model_fields.values())
