"""Training on a planted structure, its controls, and the exported model."""

import dataclasses
import json

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.training import export
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.fit import TrainedModel, build_model, train
from lmmrec_tfrs.training.validation import RankingValidator
from tests import contracts
from tests.lmmrec_tfrs.training.planted import NUM_BLOCKS, planted_data

CONFIG = TrainingConfig(
    embedding_dim=8, epochs=40, batch_size=60, learning_rate=0.02, num_uniform_negatives=32
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> TrainedModel:
    return train(planted_data(), CONFIG, str(tmp_path_factory.mktemp("logs")))


@pytest.mark.slow
def test_beats_most_popular_on_the_planted_structure(trained: TrainedModel):
    learnt = trained.report["validation"]["ndcg_at_20"]
    assert learnt > trained.report["validation_most_popular"]["ndcg_at_20"] + 0.1


@pytest.mark.slow
def test_new_articles_go_to_those_whose_motivations_they_meet(trained: TrainedModel):
    """An article nobody has bought ranks, among its like, first for the users of its block."""
    users = trained.query(tf.constant([f"user {n}" for n in range(40)]))
    articles = trained.candidate(tf.constant([f"new item {n}" for n in range(NUM_BLOCKS)]))
    best = np.argmax(tf.matmul(users, articles, transpose_b=True), axis=1)
    assert (best == np.arange(40) % NUM_BLOCKS).mean() > 0.8


@pytest.mark.slow
def test_report_and_logs(trained: TrainedModel, tmp_path):
    path = tmp_path / "report.json"
    export.write_report(trained, str(path))
    report = json.loads(path.read_text())
    assert report["config"]["seed"] == CONFIG.seed
    assert report["num_items_without_interactions"] == NUM_BLOCKS
    history = [epoch["ndcg_at_20"] for epoch in report["validation_history"]]
    assert report["validation"]["ndcg_at_20"] == max(history)
    assert report["best_epoch"] == int(np.argmax(history)) + 1


@pytest.mark.slow
def test_restores_the_best_weights(tmp_path):
    """With a ruinous step size training only gets worse: the model is that of the best epoch."""
    config = CONFIG.model_copy(update={"epochs": 4, "learning_rate": 3.0})
    data = planted_data()
    result = train(data, config, str(tmp_path))
    validator = RankingValidator(
        data.train_pairs, data.validation_pairs, data.users.num_owners, data.items.num_owners
    )
    user_ids = [data.users.ids[row] for row in validator.users]
    again = validator.evaluate(
        result.query(tf.constant(user_ids)).numpy(),
        result.candidate(tf.constant(data.items.ids)).numpy(),
    )
    assert again["ndcg_at_20"] == pytest.approx(result.report["validation"]["ndcg_at_20"])
    assert list(tmp_path.rglob("events.out.tfevents*"))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_model(tmp_path):
    config = CONFIG.model_copy(update={"epochs": 2})
    data = planted_data()
    first, second = (train(data, config, str(tmp_path / name)) for name in "ab")
    assert first.report["train_loss"] == pytest.approx(second.report["train_loss"], rel=1e-4)


@pytest.mark.parametrize("loss", ["sampled_softmax", "full_softmax"])
def test_loss_is_a_finite_mean_and_reaches_every_candidate(loss: str):
    """Each article that somebody has bought gets a gradient; the others are no candidates."""
    data = planted_data()
    config = CONFIG.model_copy(update={"loss": loss, "id_dropout": 0.0})
    model = build_model(data, config)
    pairs = data.train_pairs
    with tf.GradientTape() as tape:
        value = model.compute_loss({"user_row": pairs[:, 0], "item_row": pairs[:, 1]}, True)
    bias = tape.gradient(value, model.candidate_tower.item_bias)
    gradient = tf.convert_to_tensor(bias).numpy()
    assert np.isfinite(value)
    assert 0.0 < float(value) < 10.0
    assert (gradient[:-1] != 0.0).all()
    assert gradient[-1] == 0.0


def test_full_softmax_of_an_untrained_model_is_most_popular():
    """With the embeddings at zero the loss is the entropy of the (smoothed) popularity."""
    data = planted_data()
    config = TrainingConfig(use_text=False, loss="full_softmax", initial_stddev=1e-9)
    model = build_model(data, config)
    pairs = data.train_pairs
    loss = model.compute_loss({"user_row": pairs[:, 0], "item_row": pairs[:, 1]}, False)
    counts = data.items.interaction_counts[: data.items.num_embeddings] + 1.0
    expected = -np.log(counts / counts.sum())[pairs[:, 1]].mean()
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_shuffled_text_is_other_peoples_text():
    data = planted_data()
    config = CONFIG.model_copy(update={"use_text": "shuffled"})
    model = build_model(data, config)
    tables = model.users.motivation_table.numpy()[:-1]
    moved = (tables != data.users.motivation_weights).any(axis=1).mean()
    assert moved > 0.5
    np.testing.assert_array_equal(tables.sum(axis=0), data.users.motivation_weights.sum(axis=0))


def test_text_is_refused_where_there_is_none():
    data = planted_data()
    bare = [
        dataclasses.replace(table, text_counts=np.zeros_like(table.text_counts))
        for table in (data.users, data.items)
    ]
    data = dataclasses.replace(data, users=bare[0], items=bare[1])
    with pytest.raises(ValueError, match="use_text"):
        build_model(data, CONFIG)
    assert build_model(data, CONFIG.model_copy(update={"use_text": False}))


def test_trains_without_text_and_without_validation(tmp_path):
    data = dataclasses.replace(planted_data(), validation_pairs=np.zeros((0, 2), np.int64))
    config = CONFIG.model_copy(update={"use_text": False, "epochs": 2, "jit_compile": True})
    report = train(data, config, str(tmp_path)).report
    assert report["epochs"] == 2
    assert report["validation"] is None


@pytest.mark.slow
def test_exported_model_answers_in_a_fresh_process(trained: TrainedModel, tmp_path):
    serving = tmp_path / "serving"
    export.write_serving_model(trained, str(serving))
    ids = ["user 3", "user 4", "nobody"]
    outputs = contracts.call_signature_in_fresh_process(serving, "embed_query", "user_id", ids)
    assert outputs.keys() == {"embedding", "motivation_weights", "known"}
    np.testing.assert_allclose(outputs["embedding"], trained.query(tf.constant(ids)), atol=1e-5)
    np.testing.assert_array_equal(outputs["known"], [True, True, False])
    np.testing.assert_array_equal(outputs["motivation_weights"][0], [0.0, 0.0, 0.0, 1.0])
    np.testing.assert_array_equal(outputs["motivation_weights"][2], np.zeros(4))
    articles = ["item 3", "new item 1", "nothing"]
    outputs = contracts.call_signature_in_fresh_process(serving, "embed_item", "item_id", articles)
    assert outputs["embedding"].shape == (3, CONFIG.embedding_dim + 1)
    np.testing.assert_array_equal(outputs["known"], [True, True, False])
    export.write_keras_towers(trained, str(tmp_path / "keras"))
    calls = [
        (tmp_path / "keras" / export.QUERY_TOWER_FILE, ids),
        (tmp_path / "keras" / export.CANDIDATE_TOWER_FILE, articles),
    ]
    query, candidate = contracts.call_keras_models_in_fresh_process(calls)
    np.testing.assert_allclose(query, trained.query(tf.constant(ids)), atol=1e-5)
    np.testing.assert_allclose(candidate, trained.candidate(tf.constant(articles)), atol=1e-5)
