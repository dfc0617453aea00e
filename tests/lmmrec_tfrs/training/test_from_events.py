"""LMMRec from a `tf.data` of dicts, as a library."""

from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs import BackboneConfig, LMMRec, Towers, TrainingConfig
from lmmrec_tfrs.backbones.config import SASRecConfig
from lmmrec_tfrs.data.records import Item
from lmmrec_tfrs.layers import IdEmbedding
from lmmrec_tfrs.training.data import TrainingData
from lmmrec_tfrs.training.examples import training_examples
from lmmrec_tfrs.training.fit import train
from lmmrec_tfrs.training.from_events import data_from_events
from lmmrec_tfrs.training.motivations import Motivations
from tests.lmmrec_tfrs.training.event_readers import BlockReader, planted_columns, planted_events
from tests.lmmrec_tfrs.training.planted import NUM_BLOCKS

SMALL = TrainingConfig(embedding_dim=8, num_uniform_negatives=16, l2=0.0)


def _block(identifier: str) -> int:
    return int(identifier.rsplit(maxsplit=1)[-1]) % NUM_BLOCKS


SLOW = [
    pytest.param("matrix_factorization", marks=pytest.mark.slow),
    *(pytest.param(name, marks=pytest.mark.campaign) for name in ("mlp", "sasrec")),
]


@pytest.mark.parametrize("name", ["lightgcn", *SLOW])
def test_trains_on_batches_of_dicts(name):
    tf.keras.utils.set_random_seed(1)
    config = SMALL.model_copy(update={"backbone": BackboneConfig(name=name)})
    events = planted_events(timestamps=True)
    model = LMMRec.from_events(events, config, motivations=BlockReader())
    model.compile(optimizer=tf.keras.optimizers.Adam(0.02))
    model.fit(events.shuffle(1000, seed=1).batch(64), epochs=6, verbose=0)
    query, candidate = model.towers()
    items = model.items.ids
    scores = tf.matmul(
        query(tf.constant(model.users.ids)), candidate(tf.constant(items)), False, True
    )
    best = [items[index] for index in np.argmax(scores, axis=1)]
    hits = [_block(user) == _block(item) for user, item in zip(model.users.ids, best, strict=True)]
    assert np.mean(hits) > 0.9


@pytest.mark.parametrize("order", ["time", "leave_one_out"])
def test_a_pair_given_by_id_is_foretold_from_what_it_may_be(order):
    """The same loss as with the history lengths that the trainer gives."""
    backbone = BackboneConfig(name="sasrec", sasrec=SASRecConfig(history_order=order))
    config = SMALL.model_copy(update={"backbone": backbone, "loss": "full_softmax"})
    events = planted_events(timestamps=True)
    model = LMMRec.from_events(events, config, motivations=BlockReader())
    data = data_from_events(events, BlockReader()).with_histories(50, order)
    examples = {name: column[:64] for name, column in training_examples(data).items()}
    by_id = {
        "user_id": tf.constant([data.users.ids[row] for row in examples["user_row"]]),
        "item_id": tf.constant([data.items.ids[row] for row in examples["item_row"]]),
        "text": tf.fill([64], "whatever"),
    }
    expected = float(model.compute_loss({k: tf.constant(v) for k, v in examples.items()}))
    assert float(model.compute_loss(by_id)) == pytest.approx(expected, rel=1e-6)
    # The whole history, which shows the pair's own item, makes another loss.
    whole = data.users.histories
    lengths = np.diff(whole.offsets)[examples["user_row"]]
    leaking = {**by_id, "history_length": tf.constant(lengths)}
    assert float(model.compute_loss(leaking)) != pytest.approx(expected, rel=1e-6)


def test_the_tables_hold_events_catalogue_and_texts():
    catalogue = [Item("item 0", title="0 known"), Item("new", title="3 coat", price=7.0)]
    columns = planted_columns()
    validation = {"user_id": ["user 0", "nobody"], "item_id": ["item 4", "item 4"]}
    data = data_from_events(
        tf.data.Dataset.from_tensor_slices(columns),
        BlockReader(),
        catalogue,
        tf.data.Dataset.from_tensor_slices(validation),
    )
    assert data.items.ids[-1] == "new"
    assert data.items.num_embeddings == data.items.num_owners - 1
    assert data.items.interaction_counts[-1] == 0
    np.testing.assert_array_equal(data.items.motivation_weights[-1], np.eye(NUM_BLOCKS)[3])
    trained = [(data.users.ids[user], data.items.ids[item]) for user, item in data.train_pairs]
    assert sorted(trained) == sorted(zip(columns["user_id"], columns["item_id"], strict=True))
    (pair,) = data.validation_pairs
    assert (data.users.ids[pair[0]], data.items.ids[pair[1]]) == ("user 0", "item 4")
    assert data.num_dropped_validation_pairs == 1
    assert data.users.halves.has_halves.all()


def test_motivations_may_have_been_read_before():
    read = data_from_events(planted_events(), BlockReader())
    reader = BlockReader()
    known = data_from_events(planted_events(), reader).users
    np.testing.assert_array_equal(known.motivation_weights, read.users.motivation_weights)
    nothing = data_from_events(planted_events(), Motivations())
    assert not nothing.users.text_counts.any()


def test_without_text_no_text_is_read():
    reader = BlockReader()
    config = SMALL.model_copy(update={"use_text": False})
    model = LMMRec.from_events(planted_events(), config, motivations=reader)
    assert reader.calls == []
    assert model.user_motivation is None


class Ids(tf.keras.layers.Layer):
    """Ids alone; what each call adds to the loss is for a test to see."""

    def __init__(self, num_ids: int, added: float = 0.0):
        super().__init__()
        self.ids = IdEmbedding(num_ids, 8)
        self.added = added

    def call(self, features, training=None):
        self.add_loss(tf.constant(self.added, self.compute_dtype))
        return self.ids(features["embedding_index"])


def _towers_of_ids(added: float) -> Callable[[TrainingData], Towers]:
    return lambda data: Towers(
        8, *(Ids(owners.num_embeddings, added) for owners in (data.users, data.items))
    )


def _model_of_ids(added: float = 0.0, **changes: object) -> LMMRec:
    config = SMALL.model_copy(update=changes)
    return LMMRec.from_events(planted_events(), config, BlockReader(), (), _towers_of_ids(added))


def test_a_backbone_may_be_made_for_the_tables():
    users = set(planted_columns()["user_id"])
    assert _model_of_ids().query_tower.encoder.ids.num_ids == len(users)


@pytest.mark.parametrize("use_text", [True, False])
def test_what_layers_of_ones_own_add_to_the_loss_counts_once(use_text: bool):
    """A thousand for each tower, in every step, and nothing of the steps before."""
    model = _model_of_ids(added=1000.0, use_text=use_text)
    model.compile(optimizer="adam")
    events = planted_events().batch(64)
    history = model.fit(events, epochs=2, verbose=0).history
    evaluated = model.evaluate(events, return_dict=True, verbose=0)
    for loss in (*history["loss"], evaluated["loss"]):
        assert 2000.0 < loss < 2010.0


def test_it_counts_in_half_precision_and_in_the_training_loop(tmp_path):
    config = SMALL.model_copy(
        update={"use_text": False, "precision": "mixed_bfloat16", "epochs": 2}
    )
    data = data_from_events(planted_events())
    trained = train(data, config, str(tmp_path), backbone=_towers_of_ids(1000.0))
    for loss in trained.report["train_loss"]:
        assert 2000.0 < loss < 2010.0


def test_the_loss_is_the_mean_over_all_batches():
    model = _model_of_ids()
    model.compile(optimizer="adam")
    events = planted_events().batch(50)
    losses = [float(model.compute_loss(batch)) for batch in events]
    evaluated = model.evaluate(events, return_dict=True, verbose=0)
    assert evaluated["loss"] == pytest.approx(np.mean(losses), rel=1e-5)


def test_errors_say_what_to_do():
    with pytest.raises(ValueError, match=r"TrainingConfig\(use_text=False\)"):
        LMMRec.from_events(planted_events())
    with pytest.raises(TypeError, match=r"read\(texts\), or as Motivations, received a list"):
        LMMRec.from_events(planted_events(), SMALL, motivations=[])
    model = LMMRec.from_events(planted_events(), SMALL, motivations=BlockReader())
    with pytest.raises(ValueError, match=r"'user_row' or 'user_id', received \['item_id'\]"):
        model.compute_loss({"item_id": tf.constant(["item 0"])})
    catalogue = [Item("new", title="3 coat")]
    model = LMMRec.from_events(planted_events(), SMALL, BlockReader(), catalogue)
    for item in ("other", "new"):
        batch = {"user_id": tf.constant(["user 0"]), "item_id": tf.constant([item])}
        with pytest.raises(tf.errors.InvalidArgumentError, match="filter such events out"):
            model.compute_loss(batch)


def test_a_user_never_seen_may_be_evaluated():
    config = SMALL.model_copy(update={"coordination_weight": 0.1, "correspondence_weight": 0.1})
    model = LMMRec.from_events(planted_events(), config, motivations=BlockReader())
    batch = {"user_id": tf.constant(["user 0", "nobody"]), "item_id": tf.constant(["item 0"] * 2)}
    assert np.isfinite(model.compute_loss(batch))
