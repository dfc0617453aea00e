"""LMMRec's loss: its parts, and that it is a mean whatever the number of replicas."""

import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs import losses
from lmmrec_tfrs.model import LMMRec
from lmmrec_tfrs.training.build import build_model
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.precision import precision_scope
from tests import contracts
from tests.lmmrec_tfrs.training.planted import planted_data

BARE = TrainingConfig(embedding_dim=4, alignment_weight=0.0, l2=0.0, loss="full_softmax")


def _model(**changes) -> LMMRec:
    tf.keras.utils.set_random_seed(3)
    return build_model(planted_data(), BARE.model_copy(update=changes))


def _pairs() -> dict[str, tf.Tensor]:
    pairs = planted_data().train_pairs[:12]
    return {"user_row": tf.constant(pairs[:, 0]), "item_row": tf.constant(pairs[:, 1])}


def test_loss_is_the_weighted_sum_of_its_parts():
    pairs = _pairs()
    model = _model()
    retrieval = float(model.compute_loss(pairs))
    users = model.query_tower.encode(model.users.features_of(pairs["user_row"]))
    items = model.candidate_tower.encode(model.items.features_of(pairs["item_row"]))
    squares = [
        np.square(output.embedding.numpy()).sum(axis=1).mean() / 2 for output in (users, items)
    ]
    model.l2 = 3.0
    assert float(model.compute_loss(pairs)) == pytest.approx(retrieval + 3.0 * sum(squares))


def test_the_motivation_losses_of_both_sides_count_half():
    pairs = _pairs()
    without = float(_model().compute_loss(pairs))
    model = _model(alignment_weight=0.5, motivation_batch_size=8)
    alignments = []
    for tower, owners, rows in (
        (model.query_tower, model.users, pairs["user_row"][:8]),
        (model.candidate_tower, model.items, pairs["item_row"][:8]),
    ):
        output = tower.encode(owners.features_of(rows))
        sides = (output.interaction, output.textual)
        alignments.append(losses.contrastive_alignment(*sides, rows, output.has_text))
    expected = without + 0.5 * float(sum(alignments)) / 2
    assert float(model.compute_loss(pairs)) == pytest.approx(expected, rel=1e-5)


def test_a_batch_may_name_its_owners_by_id():
    model, pairs = _model(), _pairs()
    by_id = {
        "user_id": tf.gather(tf.constant(model.users.ids), pairs["user_row"]),
        "item_id": tf.gather(tf.constant(model.items.ids), pairs["item_row"]),
    }
    assert float(model.compute_loss(by_id)) == float(model.compute_loss(pairs))


@pytest.mark.parametrize("loss", ["full_softmax", "sampled_softmax"])
def test_a_replica_without_pairs_has_no_loss(loss: str):
    model = _model(loss=loss, alignment_weight=0.5, l2=0.5)
    nobody = {name: rows[:0] for name, rows in _pairs().items()}
    assert float(model.compute_loss(nobody, training=True)) == 0.0


def test_pairs_that_are_no_batch_are_refused():
    for shape in ([], [1, 12]):
        pairs = {name: tf.zeros(shape, tf.int64) for name in _pairs()}
        with pytest.raises(ValueError, match="'user_row' of shape"):
            _model().compute_loss(pairs)


def test_the_whole_model_is_neither_called_nor_saved(tmp_path):
    """Keras would write a file that nobody can load."""
    model = _model()
    for refused in (lambda: model(_pairs()), lambda: model.save(str(tmp_path / "model.keras"))):
        with pytest.raises(NotImplementedError, match=r"model\.towers"):
            refused()
    assert not list(tmp_path.iterdir())
    path = str(tmp_path / "model.weights.h5")
    model.save_weights(path)
    other = build_model(planted_data(), BARE)
    other.load_weights(path)
    np.testing.assert_array_equal(
        other.query_tower.encoder.embedding.table, model.query_tower.encoder.embedding.table
    )


def test_the_item_bias_is_not_rounded_under_mixed_precision():
    with precision_scope("mixed_bfloat16"):
        model = _model(precision="mixed_bfloat16")
    bias = np.linspace(8.0, 8.1, model.items.num_embeddings + 1).astype(np.float32)
    model.candidate_tower.set_item_bias(bias)
    _, candidate = model.towers()
    vectors = candidate(tf.constant(model.items.ids[: model.items.num_embeddings]))
    np.testing.assert_allclose(vectors[:, -1], bias[:-1], rtol=1e-6)


def test_sampled_softmax_in_batch_by_hand():
    """With the embeddings at zero and no bias only the correction is left.

    The batch is a permutation of three articles with n train pairs each of N: the expected
    counts are 3 n / N, and the softmax of their negative logarithms is 1/n over the sum of 1/n.
    """
    data = planted_data()
    config = BARE.model_copy(
        update={
            "loss": "sampled_softmax",
            "num_uniform_negatives": 0,
            "popularity_bias": False,
            "use_text": False,
            "initial_stddev": 1e-9,
        }
    )
    model = build_model(data, config)
    rows = np.array([0, 5, 9])
    loss = model.compute_loss({"user_row": tf.constant([0, 1, 2], tf.int64), "item_row": rows})
    inverse = 1.0 / data.items.interaction_counts[rows]
    expected = -np.log(inverse / inverse.sum()).mean()
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_score_vectors_rank_as_the_loss_scores():
    """The dot product of the scoring vectors is the training score, the bias folded in."""
    model = _model()
    pairs = _pairs()
    users = model.users.features_of(pairs["user_row"])
    items = model.items.features_of(pairs["item_row"])
    folded = tf.matmul(
        model.query_tower.scoring_vector(users),
        model.candidate_tower.scoring_vector(items),
        transpose_b=True,
    )
    embedding, bias = model.candidate_tower(items)
    plain = tf.matmul(model.query_tower(users), embedding, transpose_b=True) + bias[:, 0]
    np.testing.assert_allclose(folded, plain, rtol=1e-5, atol=1e-6)


_STEP = """
import lmmrec_tfrs
import numpy as np
import tensorflow as tf
from tests.lmmrec_tfrs.test_model import BARE
from tests.lmmrec_tfrs.training.planted import planted_data
from lmmrec_tfrs.training.build import build_model

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
none = {
    "id_dropout": 0.0,
    "text_dropout": 0.0,
    "dropout": 0.0,
    "l2": 0.5,
}
data = planted_data()
rows = {"user_row": data.train_pairs[:8, 0], "item_row": data.train_pairs[:8, 1]}

def weights_after_a_step(strategy):
    tf.keras.utils.set_random_seed(1)
    with strategy.scope():
        model = build_model(data, BARE.model_copy(update=none))
        model.compile(tf.keras.optimizers.SGD(1.0))
    loss = model.fit(tf.data.Dataset.from_tensor_slices(rows).batch(8), verbose=0)
    return [variable.numpy() for variable in model.trainable_variables]

one = weights_after_a_step(tf.distribute.get_strategy())
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
assert strategy.num_replicas_in_sync == 2
two = weights_after_a_step(strategy)
assert len(one) == len(two)
for a, b in zip(one, two):
    np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
"""


@pytest.mark.slow
def test_a_step_on_two_replicas_is_the_step_on_one():
    done = subprocess.run(
        [sys.executable, "-c", _STEP],
        capture_output=True,
        text=True,
        cwd=contracts.ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
