"""The signature that places somebody new by their clicks."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.training import export
from lmmrec_tfrs.training.fit import TrainedModel
from lmmrec_tfrs.training.history_signature import embed_history, latest_known
from tests import contracts
from tests.lmmrec_tfrs.training.untrained import DIMENSION, untrained_model


@pytest.fixture(scope="module")
def trained() -> TrainedModel:
    return untrained_model("sasrec", use_text=False)


def _embed(trained: TrainedModel, *histories: list[str]) -> np.ndarray:
    ids = tf.constant(list(histories), tf.string, shape=[len(histories), len(histories[0])])
    return embed_history(trained.query, trained.candidate.owners, ids)["embedding"].numpy()


def test_the_history_of_a_user_places_like_the_user(trained: TrainedModel):
    owners = trained.query.owners
    history = owners(tf.constant(["user 3"]))["history"].numpy()[0]
    ids = [trained.candidate.owners.ids[row] for row in history]
    expected = trained.query(tf.constant(["user 3"]))
    np.testing.assert_allclose(_embed(trained, ids), expected, atol=1e-5)


def test_padding_and_ids_without_interactions_are_passed_over(trained: TrainedModel):
    plain = _embed(trained, ["item 1", "item 2"])
    assert plain.shape == (1, DIMENSION + 1)
    crowded = _embed(trained, ["", "item 1", "new item 0", "item 2", "never seen", ""])
    np.testing.assert_allclose(crowded, plain, atol=1e-5)
    assert np.abs(_embed(trained, ["item 3", "item 2"]) - plain).max() > 1e-3


def test_no_clicks_place_like_somebody_never_seen(trained: TrainedModel):
    expected = trained.query(tf.constant(["never seen"]))
    for history in ([""], ["never seen", ""], []):
        np.testing.assert_allclose(_embed(trained, history), expected, atol=1e-6)


def test_more_clicks_than_the_model_reads():
    rows = tf.constant([[3, 9, 1, 2]], tf.int64)
    np.testing.assert_array_equal(latest_known(rows, 9, 1), [[2]])
    np.testing.assert_array_equal(latest_known(rows[:, :0], 9, 2), [[-1, -1]])


@pytest.mark.slow
@pytest.mark.parametrize("use_text", [pytest.param(False, marks=pytest.mark.campaign), True])
def test_the_signature_serves_in_a_fresh_process(tmp_path: Path, use_text: bool):
    trained = untrained_model("sasrec", use_text)
    directory = tmp_path / "model"
    export.write_serving_model(trained, str(directory))
    clicks = [["item 1", "item 2"], ["never seen", ""]]
    outputs = contracts.call_signature_in_fresh_process(
        directory, "embed_history", "item_ids", clicks
    )
    np.testing.assert_allclose(outputs["embedding"], _embed(trained, *clicks), atol=1e-5)


@pytest.mark.slow
def test_a_backbone_without_histories_has_no_such_signature(tmp_path: Path):
    export.write_serving_model(untrained_model("matrix_factorization"), str(tmp_path / "model"))
    model = tf.saved_model.load(str(tmp_path / "model"))
    assert set(model.signatures) == {"embed_query", "embed_item"}
