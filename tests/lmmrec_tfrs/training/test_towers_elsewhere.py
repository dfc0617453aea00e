"""Towers of every backbone load where nothing of this process is, under Keras 2 and Keras 3."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.training.export import write_saved_model
from lmmrec_tfrs.training.fit import TrainedModel
from lmmrec_tfrs.training.serving_towers import serving_tower
from tests import contracts
from tests.lmmrec_tfrs.training.untrained import untrained_model

USERS = ["user 0", "user 7", "nobody"]
ITEMS = ["item 0", "new item 1", "nothing"]
BACKBONES = ("matrix_factorization", "mlp", "lightgcn", "sasrec")


@pytest.fixture(scope="module")
def models() -> dict[str, TrainedModel]:
    return {backbone: untrained_model(backbone) for backbone in BACKBONES}


@pytest.mark.slow
def test_keras_files_return_the_same_in_a_fresh_process(models, tmp_path: Path):
    calls, expected = [], []
    for backbone, trained in models.items():
        for tower, ids in ((trained.query, USERS), (trained.candidate, ITEMS)):
            path = tmp_path / f"{backbone}-{tower.name}.keras"
            serving_tower(tower).save(path)
            calls.append((path, ids))
            expected.append(tower(tf.constant(ids)))
    loaded = contracts.call_keras_models_in_fresh_process(calls)
    for (path, _), returned, vectors in zip(calls, loaded, expected, strict=True):
        np.testing.assert_allclose(returned, vectors, atol=1e-6, err_msg=path.name)


@pytest.mark.slow
def test_signatures_are_layers_of_keras_3(models, tmp_path: Path):
    for backbone, trained in models.items():
        write_saved_model(trained.query, trained.candidate, str(tmp_path / backbone))
    loaded = contracts.call_tfsm_layers_in_fresh_process(
        [tmp_path / backbone for backbone in models], {"embed_query": USERS, "embed_item": ITEMS}
    )
    for (backbone, trained), returned in zip(models.items(), loaded, strict=True):
        for endpoint, tower, ids in (
            ("embed_query", trained.query, USERS),
            ("embed_item", trained.candidate, ITEMS),
        ):
            expected = tower.describe(tf.constant(ids))
            assert returned[endpoint].keys() == expected.keys()
            for name, value in expected.items():
                np.testing.assert_allclose(
                    returned[endpoint][name], value, atol=1e-6, err_msg=f"{backbone}: {name}"
                )


@pytest.mark.slow
def test_lightgcn_serves_tables_and_no_graph(models):
    trained = models["lightgcn"]
    for tower, ids in ((trained.query, USERS), (trained.candidate, ITEMS)):
        served = serving_tower(tower)
        np.testing.assert_allclose(served(tf.constant(ids)), tower(tf.constant(ids)), atol=1e-6)
        assert not [weight for weight in served.weights if "edges" in weight.name]
