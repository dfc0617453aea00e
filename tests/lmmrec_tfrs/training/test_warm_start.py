"""What an earlier model knows is taken over by id."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.backbones.backbone import Towers
from lmmrec_tfrs.backbones.registry import prepare_data
from lmmrec_tfrs.training import export
from lmmrec_tfrs.training.attributes import Attributes
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import OwnerTable, TrainingData
from lmmrec_tfrs.training.earlier_towers import EarlierTowers
from lmmrec_tfrs.training.fit import TrainedModel, build_model, train
from lmmrec_tfrs.training.named_weights import named_weights
from lmmrec_tfrs.training.warm_start import warm_start
from tests.lmmrec_tfrs.training.planted import planted_data

CONFIG = TrainingConfig(
    embedding_dim=4, epochs=1, batch_size=20, learning_rate=0.02, num_uniform_negatives=8
)


def _data() -> TrainingData:
    return planted_data(users_per_block=10, items_per_block=6)


def _grown(table: OwnerTable, prefix: str) -> OwnerTable:
    """The table with its ids reversed, the last of them gone, and two new ones in front."""
    kept = table.num_embeddings - 1
    rows = [0, 1, *range(kept - 1, -1, -1), *range(table.num_embeddings, table.num_owners)]
    ids = [f"{prefix} A", f"{prefix} B", *(table.ids[row] for row in rows[2:])]
    return dataclasses.replace(
        table,
        ids=tuple(ids),
        num_embeddings=kept + 2,
        **{
            name: getattr(table, name)[rows]
            for name in (
                "motivation_weights",
                "text_vectors",
                "text_counts",
                "interaction_counts",
            )
        },
    )


def _grown_data() -> TrainingData:
    data = _data()
    users, items = _grown(data.users, "new user"), _grown(data.items, "fresh item")
    rows = [
        {name: row for row, name in enumerate(table.ids[: table.num_embeddings])}
        for table in (users, items)
    ]
    pairs = [
        (rows[0][data.users.ids[user]], rows[1][data.items.ids[item]])
        for user, item in data.train_pairs
        if data.users.ids[user] in rows[0] and data.items.ids[item] in rows[1]
    ]
    return dataclasses.replace(
        data,
        users=users,
        items=items,
        train_pairs=np.array(sorted(pairs), np.int64),
        validation_pairs=np.zeros((0, 2), np.int64),
    )


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainedModel, str]:
    folder = tmp_path_factory.mktemp("earlier")
    trained = train(_data(), CONFIG, str(folder / "logs"))
    export.write_keras_towers(trained, str(folder))
    return trained, str(folder)


@pytest.mark.slow
def test_embeddings_go_by_id_and_new_ids_start_as_unknown_ones(earlier):
    trained, folder = earlier
    model = build_model(_grown_data(), CONFIG)
    fresh_bias = model.candidate_tower.item_bias.numpy()
    report = warm_start(model, EarlierTowers.read(folder))
    for side, count in (("users", 40), ("items", 24)):
        assert report[side] == {"known": count - 1, "new": 2, "gone": 1}
    assert not report["weights_not_taken_over"]
    assert report["weights_taken_over"] == len(named_weights(model.query_tower)) + len(
        named_weights(model.candidate_tower)
    )
    for before, owners, tower in (
        (trained.query, model.users, model.query_tower),
        (trained.candidate, model.items, model.candidate_tower),
    ):
        old = before.tower.encoder.embedding.table.numpy()
        new = tower.encoder.embedding.table.numpy()
        row_of = {name: row for row, name in enumerate(before.owners.ids)}
        known = [row_of[name] for name in owners.ids[2 : owners.num_embeddings]]
        np.testing.assert_array_equal(new[2:-1], old[known])
        np.testing.assert_array_equal(new[[0, 1, -1]], old[[-1, -1, -1]])
    bias = model.candidate_tower.item_bias.numpy()
    old_bias = trained.candidate.tower.item_bias.numpy()
    np.testing.assert_array_equal(bias[2:-1], old_bias[known])
    np.testing.assert_array_equal(bias[:2], fresh_bias[:2])


@pytest.mark.slow
def test_training_starts_from_it_and_reports_it(earlier, tmp_path):
    """At a step size of nothing the model answers as the earlier one did, where texts agree."""
    trained, folder = earlier
    config = CONFIG.model_copy(update={"warm_start_from": folder, "learning_rate": 1e-12})
    again = train(_data(), config, str(tmp_path))
    ids = tf.constant(["user 3", "nobody"])
    np.testing.assert_allclose(again.query(ids), trained.query(ids), atol=1e-5)
    assert again.report["warm_start"]["users"] == {"known": 40, "new": 0, "gone": 0}
    assert again.report["warm_start"]["from"] == folder


@pytest.mark.slow
def test_texts_are_read_with_the_earlier_projection(earlier, tmp_path):
    """Fitted to the grown data, where texts differ otherwise, the components would be others."""
    trained, folder = earlier
    data = _grown_data()
    turned = dataclasses.replace(data.users, text_vectors=data.users.text_vectors[:, ::-1] * 3.0)
    data = dataclasses.replace(data, users=turned)
    config = CONFIG.model_copy(update={"warm_start_from": folder, "learning_rate": 1e-12})
    again = train(data, config, str(tmp_path))
    before, after = (it.query.owners.text_projection for it in (trained, again))
    np.testing.assert_array_equal(after.matrix, before.matrix)
    fresh = build_model(data, CONFIG).users.text_projection
    assert np.abs(fresh.matrix - before.matrix).max() > 0.01
    narrower = CONFIG.model_copy(update={"text_dimension": 1})
    assert EarlierTowers.read(folder).text_projection(data, narrower) is None


@pytest.mark.slow
def test_weights_of_another_shape_are_named_and_left(earlier):
    _, folder = earlier
    config = CONFIG.model_copy(update={"hidden_multiple": 2})
    model = build_model(_grown_data(), config)
    left = warm_start(model, EarlierTowers.read(folder))["weights_not_taken_over"]
    assert left
    assert all("/hidden/" in name or "/update/" in name for name in left)
    assert all("was missing" in reason for reason in left.values())


@pytest.mark.slow
def test_an_exported_graph_model_starts_from_its_propagated_tables(tmp_path):
    """LightGCN is served with tables of another place: they are found by whose ids they have."""
    config = TrainingConfig(**{**CONFIG.model_dump(), "backbone": {"name": "lightgcn"}})
    trained = train(_data(), config, str(tmp_path / "logs"))
    export.write_keras_towers(trained, str(tmp_path))
    model = build_model(_data(), config)
    report = warm_start(model, EarlierTowers.read(str(tmp_path)))
    tables = model.query_tower.encoder.tables
    served = trained.candidate.tower.encoder.for_serving().embedding.table
    np.testing.assert_allclose(tables.item_embedding.table, served, atol=1e-6)
    assert not [name for name in report["weights_not_taken_over"] if "embedding" in name]


SASREC = TrainingConfig(**{**CONFIG.model_dump(), "backbone": {"name": "sasrec"}})


def _sasrec_data(data: TrainingData) -> TrainingData:
    return prepare_data(data, SASREC.backbone)


@pytest.mark.slow
def test_a_table_of_items_in_the_tower_of_users_goes_by_the_ids_of_items(tmp_path):
    trained = train(_data(), SASREC, str(tmp_path / "logs"))
    export.write_keras_towers(trained, str(tmp_path))
    data = _sasrec_data(_grown_data())
    model = build_model(data, SASREC)
    report = warm_start(model, EarlierTowers.read(str(tmp_path)))
    assert report["weights_not_taken_over"] == {}
    row_of = {name: row for row, name in enumerate(trained.candidate.owners.ids)}
    known = [row_of[name] for name in data.items.ids[2 : data.items.num_embeddings]]
    table = model.query_tower.encoder.item_embedding.table
    assert table is model.candidate_tower.encoder.embedding.table
    served = trained.candidate.tower.encoder.embedding.table.numpy()
    np.testing.assert_array_equal(table[2:-1], served[known])


@pytest.mark.slow
def test_histories_do_not_start_from_the_ids_of_users(earlier):
    """There are more users than items: their rows are nobody's place among the items."""
    trained, folder = earlier
    data = _sasrec_data(_grown_data())
    model = build_model(data, SASREC)
    warm_start(model, EarlierTowers.read(folder))
    row_of = {name: row for row, name in enumerate(trained.candidate.owners.ids)}
    known = [row_of[name] for name in data.items.ids[2 : data.items.num_embeddings]]
    np.testing.assert_array_equal(
        model.query_tower.encoder.item_embedding.table[2:-1],
        trained.candidate.tower.encoder.embedding.table.numpy()[known],
    )


@pytest.mark.slow
def test_a_column_of_attributes_keeps_its_meaning(tmp_path):
    """Another catalogue puts another brand first, and knows one that was not there."""
    config = TrainingConfig(
        **{**CONFIG.model_dump(), "backbone": {"name": "mlp", "mlp": {"hidden_units": [4]}}}
    )
    data, generator = _data(), np.random.default_rng(0)
    values = generator.integers(0, 2, (data.items.num_owners, 2)).astype(np.float32)
    before = _with_attributes(data, ("brand: A", "brand: B"), values)
    trained = train(before, config, str(tmp_path / "logs"))
    export.write_keras_towers(trained, str(tmp_path))
    now = np.column_stack([values[:, 1], np.ones(len(values)), values[:, 0]]).astype(np.float32)
    after = _with_attributes(data, ("brand: B", "brand: C", "brand: A"), now)
    again = train(
        after,
        config.model_copy(update={"warm_start_from": str(tmp_path), "learning_rate": 1e-12}),
        str(tmp_path / "again"),
    )
    assert again.candidate.owners.attribute_names == ("brand: A", "brand: B")
    ids = tf.constant(data.items.ids[:5])
    np.testing.assert_allclose(again.candidate(ids), trained.candidate(ids), atol=1e-5)


def _with_attributes(
    data: TrainingData, names: tuple[str, ...], values: np.ndarray
) -> TrainingData:
    items = dataclasses.replace(data.items, attributes=Attributes(names, values))
    return dataclasses.replace(data, items=items)


@pytest.mark.slow
def test_weights_that_read_motivations_of_other_names_are_left(tmp_path):
    data = _data()
    trained = train(_named(data, "price size style fit"), CONFIG, str(tmp_path / "logs"))
    export.write_keras_towers(trained, str(tmp_path))
    same = build_model(_named(data, "price size style fit"), CONFIG)
    assert warm_start(same, EarlierTowers.read(str(tmp_path)))["weights_not_taken_over"] == {}
    model = build_model(_named(data, "size price style fit"), CONFIG)
    before = model.query_tower.textual_encoder.kernel.numpy()
    left = warm_start(model, EarlierTowers.read(str(tmp_path)))["weights_not_taken_over"]
    np.testing.assert_array_equal(model.query_tower.textual_encoder.kernel, before)
    assert set(left.values()) == {"the earlier model's motivations have other names"}
    assert {name.split("/")[1] for name in left} == {
        "textual_encoder",
        "fusion",
        "text_bias",
    }


def _named(data: TrainingData, names: str) -> TrainingData:
    users, items = (
        dataclasses.replace(table, motivation_names=tuple(names.split()))
        for table in (data.users, data.items)
    )
    return dataclasses.replace(data, users=users, items=items)


@tf.keras.utils.register_keras_serializable(package="tests")
class PlainIds(tf.keras.layers.Layer):
    """Ids in a table that does not say whose they are."""

    def __init__(self, num_ids: int, **kwargs):
        super().__init__(**kwargs)
        self.num_ids = num_ids
        self.ids = tf.keras.layers.Embedding(num_ids + 1, CONFIG.embedding_dim)

    def build(self, input_shape):
        self.ids.build(None)

    def call(self, features, training=None):
        return self.ids(features["embedding_index"])

    def get_config(self):
        return {**super().get_config(), "num_ids": self.num_ids}


def _plain_towers(data: TrainingData) -> Towers:
    return Towers(
        CONFIG.embedding_dim,
        query_encoder=PlainIds(data.users.num_embeddings),
        candidate_encoder=PlainIds(data.items.num_embeddings),
    )


@pytest.mark.slow
def test_a_plain_table_of_as_many_ids_is_left_alone(tmp_path):
    """Its rows would go to whoever stands in their place now."""
    trained = train(_data(), CONFIG, str(tmp_path / "logs"), backbone=_plain_towers)
    export.write_keras_towers(trained, str(tmp_path))
    data = _data()
    data = dataclasses.replace(
        data, users=dataclasses.replace(data.users, ids=data.users.ids[::-1])
    )
    model = build_model(data, CONFIG, _plain_towers(data))
    before = model.query_tower.encoder.ids.embeddings.numpy()
    left = warm_start(model, EarlierTowers.read(str(tmp_path)))["weights_not_taken_over"]
    np.testing.assert_array_equal(model.query_tower.encoder.ids.embeddings, before)
    assert len(left) == 2
    assert all("IdEmbedding" in reason for reason in left.values())


@pytest.mark.slow
def test_nothing_that_fits_is_an_error(earlier):
    _, folder = earlier
    narrower = CONFIG.model_copy(update={"embedding_dim": 3})
    with pytest.raises(ValueError, match="same backbone and embedding_dim"):
        warm_start(build_model(_grown_data(), narrower), EarlierTowers.read(folder))
    bare = CONFIG.model_copy(update={"use_text": False})
    data = _grown_data()
    strangers = {
        side: dataclasses.replace(table, ids=tuple(f"other {name}" for name in table.ids))
        for side, table in (("users", data.users), ("items", data.items))
    }
    with pytest.raises(ValueError, match="knows some of these ids"):
        warm_start(
            build_model(dataclasses.replace(data, **strangers), bare), EarlierTowers.read(folder)
        )


def test_a_folder_without_towers_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"query_tower\.keras"):
        EarlierTowers.read(str(tmp_path))


@pytest.mark.slow
def test_a_model_of_another_kind_is_refused(tmp_path):
    for name in ("query_tower.keras", "candidate_tower.keras"):
        tf.keras.Sequential([tf.keras.layers.Dense(1)]).save(tmp_path / name)
    with pytest.raises(ValueError, match="received a Sequential"):
        EarlierTowers.read(str(tmp_path))
