"""The exported index: what it recommends, and why."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.retrieval import saved_model
from lmmrec_tfrs.retrieval.build import build_index
from lmmrec_tfrs.retrieval.config import RetrievalConfig
from lmmrec_tfrs.retrieval.scann_index import InsufficientRecallError, build_scann_index
from lmmrec_tfrs.retrieval.signatures import RetrievalModule
from lmmrec_tfrs.retrieval.verify import FreshProcess, VerificationError, verify_index
from tests.lmmrec_tfrs.retrieval.toy_model import ToyModel, random_model

NAMES = ["gift", "comfort", "travel"]
# Two dimensions and the bias. Scores of ann: a 1, b 0.8 + 0.1, c 0 + 0.5, d 0.2.
USERS = {
    "ann": ([1.0, 0.0, 1.0], [0.5, 0.5, 0.0]),
    "bob": ([0.0, 1.0, 1.0], [0.0, 0.0, 0.0]),
}
ITEMS = {
    "a": ([1.0, 0.0, 0.0], [0.2, 0.6, 0.9]),
    "b": ([0.8, 0.3, 0.1], [0.0, 0.4, 0.0]),
    "c": ([0.0, 0.1, 0.5], [0.0, 0.0, 1.0]),
    "d": ([0.2, 0.9, 0.0], [0.3, 0.1, 0.4]),
}


def recommend(index, users, k, exclude=()):
    rows = np.array([list(exclude)] * len(users), dtype=object).reshape(len(users), len(exclude))
    answer = index.signatures["recommend"](
        user_id=tf.constant(users),
        k=tf.constant(k, tf.int32),
        exclude_item_ids=tf.constant(rows, tf.string),
    )
    return {name: value.numpy() for name, value in answer.items()}


def ids(answer):
    return [[item.decode() for item in row] for row in answer["item_ids"]]


def export(model_path, path, indexed):
    """Exports an index of the items, their embeddings in the order of `indexed`, unverified."""
    model = saved_model.load_saved_model(model_path)
    embeddings = saved_model.embed_items(model, indexed)["embedding"]
    weights = saved_model.embed_items(model, list(ITEMS))["motivation_weights"]
    queries = saved_model.embed_queries(model, list(USERS))["embedding"]
    scann_index = build_scann_index(embeddings, queries, RetrievalConfig())
    RetrievalModule(model, scann_index, list(ITEMS), weights, NAMES, 1).export(path)
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The path of the toy model's index and the report, verified in a fresh process."""
    folder = tmp_path_factory.mktemp("index")
    model = ToyModel(USERS, ITEMS).save(str(folder / "model"))
    config = RetrievalConfig(reasons_per_item=2, recall_at=3)
    path = str(folder / "index")
    return path, build_index(model, list(ITEMS), list(USERS), NAMES, path, config)


@pytest.fixture(scope="module")
def index(built):
    return saved_model.load_index(built[0])


def test_the_best_items_in_order_with_their_scores(index):
    answer = recommend(index, ["ann", "bob"], 3)
    # bob: a 0, b 0.3 + 0.1, c 0.1 + 0.5, d 0.9.
    assert ids(answer) == [["a", "b", "c"], ["d", "c", "b"]]
    np.testing.assert_allclose(answer["scores"], [[1, 0.9, 0.5], [0.9, 0.6, 0.4]], rtol=1e-6)


def test_excluded_items_make_room_for_others(index):
    assert ids(recommend(index, ["ann"], 2, ["a", "c"])) == [["b", "d"]]
    assert ids(recommend(index, ["ann"], 2, ["", "a", "nobody's", "a"])) == [["b", "c"]]


def test_each_user_has_a_row_of_exclusions(index):
    answer = index.signatures["recommend"](
        user_id=tf.constant(["ann", "ann"]),
        k=tf.constant(1),
        exclude_item_ids=tf.constant([["a"], [""]]),
    )
    assert ids({"item_ids": answer["item_ids"].numpy()}) == [["b"], ["a"]]


def test_places_that_cannot_be_filled_are_empty(index):
    answer = recommend(index, ["ann"], 6, ["b"])
    assert ids(answer) == [["a", "c", "d", "", "", ""]]
    assert np.isneginf(answer["scores"][0, 3:]).all()
    assert (answer["motivation_names"][0, 3:] == b"").all()
    assert (answer["motivation_weights"][0, 3:] == 0).all()


def test_everything_may_be_excluded(index):
    assert ids(recommend(index, ["ann"], 2, list(ITEMS) * 2)) == [["", ""]]


def test_k_may_be_huge(index):
    assert len(recommend(index, ["ann"], 5000, ["a"])["item_ids"][0]) == 5000


def test_reasons_are_shares_of_what_user_and_item_have_in_common(index):
    answer = recommend(index, ["ann"], 3)
    # a: 0.5 * 0.2 and 0.5 * 0.6 of 0.4; b: comfort alone; c: nothing in common.
    assert answer["motivation_names"].tolist() == [
        [[b"comfort", b"gift"], [b"comfort", b""], [b"", b""]]
    ]
    np.testing.assert_allclose(
        answer["motivation_weights"], [[[0.75, 0.25], [1, 0], [0, 0]]], rtol=1e-6
    )


def test_a_user_of_no_motivation_gets_those_of_the_item(index):
    answer = recommend(index, ["bob"], 1)
    # d: 0.3, 0.1, 0.4 of 0.8.
    assert answer["motivation_names"].tolist() == [[[b"travel", b"gift"]]]
    np.testing.assert_allclose(answer["motivation_weights"], [[[0.5, 0.375]]], rtol=1e-6)


def test_an_unknown_user_is_answered(index):
    answer = recommend(index, ["stranger"], 2)
    # The unknown embedding is zero but for the bias.
    assert ids(answer) == [["c", "b"]]
    assert answer["motivation_names"][0, 0].tolist() == [b"travel", b""]


def test_no_users_get_no_items(index):
    answer = index.signatures["recommend"](
        user_id=tf.zeros([0], tf.string),
        k=tf.constant(2),
        exclude_item_ids=tf.zeros([0, 0], tf.string),
    )
    assert answer["item_ids"].shape == (0, 2)


def test_the_embeddings_are_carried_over(index):
    answer = index.signatures["embed_item"](item_id=tf.constant(["d", "nobody's"]))
    np.testing.assert_allclose(answer["embedding"], [[0.2, 0.9, 0], [0, 0, 0]], rtol=1e-6)
    np.testing.assert_array_equal(answer["known"], [True, False])
    answer = index.signatures["embed_query"](user_id=tf.constant(["bob"]))
    np.testing.assert_allclose(answer["embedding"], [[0, 1, 1]])


def test_wrong_requests_are_refused(index):
    with pytest.raises(tf.errors.InvalidArgumentError, match="k of at least 1"):
        recommend(index, ["ann"], 0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="a row of exclude_item_ids"):
        index.signatures["recommend"](
            user_id=tf.constant(["ann", "bob"]),
            k=tf.constant(1),
            exclude_item_ids=tf.constant([["a"]]),
        )


def test_the_report_tells_what_the_fresh_process_measured(built):
    report = built[1]
    assert report.exact
    assert (report.num_items, report.embedding_dimensions, report.num_motivations) == (4, 3, 3)
    assert report.verification.recall == report.recall_when_built == 1.0
    assert report.verification.num_users == 2
    assert report.verification.latency_p50_milliseconds > 0


@pytest.mark.slow
def test_an_index_that_answers_for_other_items_fails_in_the_fresh_process(built):
    with (
        FreshProcess() as process,
        pytest.raises(VerificationError, match="expected items of the catalogue"),
    ):
        process.verify(built[0], ["a", "b"], ["ann"], k=3, timeout_seconds=300)


@pytest.mark.slow
def test_a_process_that_takes_too_long_is_stopped(built):
    with FreshProcess() as process, pytest.raises(VerificationError, match="within 0 seconds"):
        process.verify(built[0], ["a", "b"], ["ann"], k=3, timeout_seconds=0.1)
    assert process._process.poll() is not None


def test_a_process_that_is_not_asked_ends_with_the_block():
    with FreshProcess() as process:
        assert process._process.poll() is None
    assert process._process.poll() is not None


def test_an_index_with_wrong_scores_is_found_out(tmp_path):
    model = ToyModel(USERS, ITEMS).save(str(tmp_path / "model"))
    # The embeddings are indexed under each other's names.
    path = export(model, str(tmp_path / "index"), indexed=list(reversed(ITEMS)))
    with pytest.raises(VerificationError, match="scores to be the dot products"):
        verify_index(path, list(ITEMS), list(USERS), k=2)


def test_two_indexes_in_one_process_keep_apart(index, tmp_path):
    mirrored = {name: ([v[1], v[0], v[2]], w) for name, (v, w) in ITEMS.items()}
    model = ToyModel(USERS, mirrored).save(str(tmp_path / "model"))
    path = export(model, str(tmp_path / "index"), indexed=list(ITEMS))
    other = saved_model.load_index(path)
    assert ids(recommend(index, ["ann"], 1)) == [["a"]]
    assert ids(recommend(other, ["ann"], 1)) == [["d"]]


@pytest.mark.slow
def test_a_partitioned_index_keeps_its_recall_and_exclusions(tmp_path):
    model = random_model(num_users=300, num_items=4000, dimensions=16, num_motivations=5, seed=0)
    path, names = str(tmp_path / "index"), [f"m{n}" for n in range(5)]
    items, users = [f"i{n}" for n in range(4000)], [f"u{n}" for n in range(300)]
    report = build_index(
        model.save(str(tmp_path / "model")), items, users, names, path, RetrievalConfig()
    )
    assert not report.exact
    assert report.num_leaves > 1
    assert report.verification.recall >= 0.95
    loaded = saved_model.load_index(path)
    first = recommend(loaded, users[:1], 50)
    second = recommend(loaded, users[:1], 50, first["item_ids"][0])
    assert not set(first["item_ids"][0]) & set(second["item_ids"][0])
    assert second["scores"].max() <= first["scores"].min() + 0.05


def test_the_gate_fails_when_the_recall_is_out_of_reach(tmp_path):
    model = ToyModel(USERS, ITEMS).save(str(tmp_path / "model"))
    gate = RetrievalConfig().model_copy(update={"minimum_recall": 1.01})
    with pytest.raises(InsufficientRecallError, match=r"find at least 1\.01"):
        build_index(model, list(ITEMS), list(USERS), NAMES, str(tmp_path / "index"), gate)


@pytest.mark.parametrize(
    ("items", "names", "message"),
    [
        (["a", "b"], NAMES[:2], "expected 3 motivation names"),
        (["a", "a"], NAMES, "distinct and not empty"),
        (["a", ""], NAMES, "distinct and not empty"),
        ([], NAMES, "received 0 items"),
    ],
)
def test_a_catalogue_that_does_not_fit_is_refused(tmp_path, items, names, message):
    model = ToyModel(USERS, ITEMS).save(str(tmp_path / "model"))
    with pytest.raises(ValueError, match=message):
        build_index(model, items, list(USERS), names, str(tmp_path / "index"), RetrievalConfig())


def test_embeddings_that_are_not_finite_are_refused(tmp_path):
    broken = {**ITEMS, "c": ([np.nan, 0.0, 0.0], [0.0, 0.0, 0.0])}
    model = ToyModel(USERS, broken).save(str(tmp_path / "model"))
    with pytest.raises(ValueError, match="the first 'c': the model's training has diverged"):
        saved_model.embed_items(saved_model.load_saved_model(model), list(broken))
