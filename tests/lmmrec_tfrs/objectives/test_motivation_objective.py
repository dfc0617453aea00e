"""The losses between behaviour and texts, put together."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.training.build import build_model
from lmmrec_tfrs.training.config import TrainingConfig
from tests.lmmrec_tfrs.training.planted import planted_data

CONFIG = TrainingConfig(
    embedding_dim=4,
    alignment_weight=0.5,
    coordination_weight=0.25,
    correspondence_weight=0.125,
    coordination_noise=0.0,
    dropout=0.0,
    id_dropout=0.0,
    text_dropout=0.0,
    l2=0.0,
)


def _model(**changes):
    tf.keras.utils.set_random_seed(4)
    return build_model(planted_data(), CONFIG.model_copy(update=changes))


def _pairs() -> dict[str, tf.Tensor]:
    pairs = planted_data().train_pairs[:12]
    return {"user_row": tf.constant(pairs[:, 0]), "item_row": tf.constant(pairs[:, 1])}


def _value(model, **changes) -> float:
    rows = _pairs()["user_row"]
    output = model.query_tower.encode(model.users.features_of(rows))
    return float(model.user_motivation(output, rows, model.users, **changes))


def test_the_parts_are_weighted_and_reported():
    model = _model()
    total = _value(model)
    parts = {metric.name: float(metric.result()) for metric in model.user_motivation.metrics}
    assert parts.keys() == {
        "user_alignment_loss",
        "user_coordination_loss",
        "user_correspondence_loss",
    }
    weights = (0.5, 0.25, 0.125)
    assert total == pytest.approx(sum(np.multiply(weights, list(parts.values()))), rel=1e-5)
    # Before the first update the teacher is the student, and has nothing to teach.
    assert parts["user_correspondence_loss"] == pytest.approx(0.0, abs=1e-5)


def test_a_part_of_weight_zero_is_left_out():
    model = _model(coordination_weight=0.0, correspondence_weight=0.0)
    assert model.user_motivation.teacher is None
    assert [metric.name for metric in model.user_motivation.metrics] == ["user_alignment_loss"]
    nothing = _model(alignment_weight=0.0, coordination_weight=0.0, correspondence_weight=0.0)
    assert nothing.user_motivation is None
    assert _model(use_text=False).item_motivation is None


def test_only_a_part_of_the_batch_is_looked_at():
    part, whole = _model(motivation_batch_size=4), _model()
    rows = _pairs()["user_row"][:4]
    output = whole.query_tower.encode(whole.users.features_of(rows))
    expected = float(whole.user_motivation(output, rows, whole.users))
    assert _value(part) == pytest.approx(expected, rel=1e-4)


def test_a_step_trains_the_tower_and_then_moves_the_teacher_part_of_the_way():
    model = _model()
    model.compile(tf.keras.optimizers.SGD(0.5))
    teacher = model.user_motivation.teacher
    student = model.query_tower.textual_encoder
    assert not {id(weight) for weight in teacher.weights} & {
        id(weight) for weight in model.trainable_variables
    }
    before = student.kernel.numpy()
    tf.function(model.train_step)(_pairs())
    moved = student.kernel.numpy() - before
    assert np.abs(moved).max() > 1e-6
    decay = float(teacher.decay(0))
    followed = teacher.layer.kernel.numpy() - before
    np.testing.assert_allclose(followed, (1.0 - decay) * moved, rtol=1e-3, atol=1e-7)
