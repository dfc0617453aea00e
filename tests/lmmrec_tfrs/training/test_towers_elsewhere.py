"""Towers load where nothing of this process is, under Keras 2 and under Keras 3."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.training.export import write_saved_model
from lmmrec_tfrs.training.serving_towers import serving_tower
from tests import contracts
from tests.lmmrec_tfrs.training.untrained import untrained_model

USERS = ["user 0", "user 7", "nobody"]
ITEMS = ["item 0", "new item 1", "nothing"]
BACKBONES = ["matrix_factorization", "mlp", "lightgcn", "sasrec"]


@pytest.mark.slow
@pytest.mark.parametrize("backbone", BACKBONES)
def test_keras_files_return_the_same_in_a_fresh_process(backbone: str, tmp_path: Path):
    trained = untrained_model(backbone)
    for tower, ids in ((trained.query, USERS), (trained.candidate, ITEMS)):
        path = tmp_path / f"{tower.name}.keras"
        serving_tower(tower).save(path)
        loaded = contracts.call_keras_model_in_fresh_process(path, ids)
        np.testing.assert_allclose(loaded, tower(tf.constant(ids)), atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("backbone", BACKBONES)
def test_signatures_are_layers_of_keras_3(backbone: str, tmp_path: Path):
    trained = untrained_model(backbone)
    write_saved_model(trained.query, trained.candidate, str(tmp_path))
    returned = contracts.call_tfsm_layers_in_fresh_process(
        tmp_path, {"embed_query": USERS, "embed_item": ITEMS}
    )
    for endpoint, tower, ids in (
        ("embed_query", trained.query, USERS),
        ("embed_item", trained.candidate, ITEMS),
    ):
        expected = tower.describe(tf.constant(ids))
        assert returned[endpoint].keys() == expected.keys()
        for name, value in expected.items():
            np.testing.assert_allclose(returned[endpoint][name], value, atol=1e-6)
