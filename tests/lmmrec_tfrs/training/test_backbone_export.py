"""Towers of every backbone load elsewhere and return the same."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.training import export
from lmmrec_tfrs.training.serving_towers import serving_tower
from tests import contracts
from tests.lmmrec_tfrs.training.untrained import untrained_model

USERS = ["user 0", "user 7", "nobody"]
ITEMS = ["item 0", "new item 1", "nothing"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mlp", "lightgcn", "sasrec"])
def test_keras_towers_load_in_a_fresh_process(name: str, tmp_path: Path):
    trained = untrained_model(name)
    export.write_keras_towers(trained, str(tmp_path))
    loaded = contracts.call_keras_model_in_fresh_process(tmp_path / export.QUERY_TOWER_FILE, USERS)
    np.testing.assert_allclose(loaded, trained.query(tf.constant(USERS)), atol=1e-5)
    tower = tf.keras.models.load_model(tmp_path / export.CANDIDATE_TOWER_FILE, compile=False)
    expected = trained.candidate(tf.constant(ITEMS))
    np.testing.assert_allclose(tower(tf.constant(ITEMS)), expected, atol=1e-5)


@pytest.mark.slow
def test_lightgcn_serves_tables_and_no_graph(tmp_path: Path):
    trained = untrained_model("lightgcn")
    for tower, ids in ((trained.query, USERS), (trained.candidate, ITEMS)):
        served = serving_tower(tower)
        np.testing.assert_allclose(served(tf.constant(ids)), tower(tf.constant(ids)), atol=1e-6)
        assert not [weight for weight in served.weights if "edges" in weight.name]
    export.write_serving_model(trained, str(tmp_path))
    outputs = contracts.call_signature_in_fresh_process(tmp_path, "embed_query", "user_id", USERS)
    expected = trained.query(tf.constant(USERS))
    np.testing.assert_allclose(outputs["embedding"], expected, atol=1e-5)
