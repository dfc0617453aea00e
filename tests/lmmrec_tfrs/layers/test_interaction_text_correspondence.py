"""The correspondence loss: its value by hand, and that the teacher never learns from it."""

import math

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import EmaTeacher, InteractionTextCorrespondence
from tests import contracts

OWNERS, VALID = tf.constant([0, 1]), tf.constant([True, True])
E = math.e


def _kullback_leibler(first: list[float], second: list[float]) -> float:
    return sum(p * math.log(p / q) for p, q in zip(first, second, strict=True))


def test_two_owners_by_hand():
    """The teacher's temperature is 1/2, the student's 1; cosines 1 and 0, in both directions."""
    layer = InteractionTextCorrespondence(temperature=1.0, teacher_temperature=0.5)
    sides = (tf.eye(2), 3.0 * tf.eye(2))
    teacher = [E**2 / (E**2 + 1), 1 / (E**2 + 1)]
    student = [E / (E + 1), 1 / (E + 1)]
    loss = float(layer(sides, sides, OWNERS, VALID))
    assert loss == pytest.approx(_kullback_leibler(teacher, student), rel=1e-5)
    contracts.check_layer_round_trip(layer, lambda it: it(sides, sides, OWNERS, VALID))


def test_both_directions_count():
    """The student's texts are the same: even for each behaviour; each text points at owner 0."""
    student = (tf.constant([[1.0, 0.0], [0.0, 1.0]]), tf.constant([[1.0, 0.0], [1.0, 0.0]]))
    teacher = (tf.eye(2), tf.eye(2))
    loss = InteractionTextCorrespondence(temperature=1.0)(student, teacher, OWNERS, VALID)
    sure, other = E / (E + 1), 1 / (E + 1)
    by_behaviour = _kullback_leibler([sure, other], [0.5, 0.5])
    by_text = (
        _kullback_leibler([sure, other], [sure, other])
        + _kullback_leibler([other, sure], [sure, other])
    ) / 2
    assert float(loss) == pytest.approx((by_behaviour + by_text) / 2, rel=1e-5)


def test_duplicates_and_rows_that_are_not_valid_take_no_part():
    """Rows 0 and 1 are one owner: each has row 2 beside itself. Row 3 is left out."""
    generator = np.random.default_rng(0)
    student, teacher = (
        [tf.constant(generator.normal(size=(4, 3)), tf.float32) for _ in range(2)] for _ in range(2)
    )
    layer = InteractionTextCorrespondence()
    loss = layer(
        student, teacher, tf.constant([7, 7, 8, 9]), tf.constant([True, True, True, False])
    )

    def part(rows: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """The divergences of each row's two directions, among these rows alone."""
        logits = []
        for sides in (student, teacher):
            first, second = (
                side.numpy()[rows] / np.linalg.norm(side.numpy()[rows], axis=1, keepdims=True)
                for side in sides
            )
            logits.append(np.exp(first @ second.T / 0.2))
        divergences = []
        for axis in (1, 0):
            q, p = (terms / terms.sum(axis=axis, keepdims=True) for terms in logits)
            divergences.append((p * np.log(p / q)).sum(axis=axis))
        return tuple(divergences)

    pair_0, pair_1, everyone = part([0, 2]), part([1, 2]), part([0, 1, 2])
    rows = [sum(pair_0)[0] / 2, sum(pair_1)[0] / 2, sum(everyone)[2] / 2]
    assert float(loss) == pytest.approx(np.mean(rows), rel=1e-4)
    nobody = tf.zeros(4, tf.bool)
    assert float(layer(student, teacher, tf.range(4), nobody)) == 0.0


def test_gradient_agrees_with_differences():
    generator = np.random.default_rng(1)
    sides = [generator.normal(size=(3, 2)) for _ in range(4)]
    owners, valid = tf.range(3), tf.ones(3, tf.bool)
    layer = InteractionTextCorrespondence(temperature=0.7)

    def loss(interactions: tf.Tensor) -> tf.Tensor:
        parts = [interactions, *(tf.constant(side, tf.float32) for side in sides[1:])]
        return layer(parts[:2], parts[2:], owners, valid)

    theoretical, numerical = tf.test.compute_gradient(loss, [tf.constant(sides[0], tf.float32)])
    np.testing.assert_allclose(theoretical, numerical, atol=2e-3)


@pytest.mark.parametrize("jit_compile", [False, True])
def test_no_gradient_reaches_the_teacher(jit_compile: bool):
    """Neither its outputs nor its weights; the student's weights learn."""
    student = tf.keras.layers.Dense(3)
    inputs = tf.constant(np.random.default_rng(2).normal(size=(4, 5)), tf.float32)
    student(inputs)
    teacher = EmaTeacher(student)
    teacher.layer.kernel.assign(2.0 * teacher.layer.kernel[:, ::-1])
    texts = tf.constant(np.random.default_rng(3).normal(size=(4, 3)), tf.float32)
    layer = InteractionTextCorrespondence()

    @tf.function(jit_compile=jit_compile)
    def step():
        with tf.GradientTape(persistent=True) as tape:
            raw = teacher.layer(inputs)
            # Not stopped by the teacher: the loss itself has to.
            loss = layer((student(inputs), texts), (raw, texts), tf.range(4), tf.ones(4, tf.bool))
            through_teacher = tf.reduce_sum(teacher(inputs))
        blocked = [
            tape.gradient(loss, teacher.layer.weights),
            tape.gradient(loss, raw),
            tape.gradient(through_teacher, teacher.layer.weights),
        ]
        assert tf.nest.flatten(blocked) == [None] * 5
        return tape.gradient(loss, student.kernel)

    assert np.abs(step()).max() > 1e-3


@pytest.mark.parametrize("temperatures", [(0.0, None), (0.2, 0.0)])
def test_refuses_a_temperature_of_zero(temperatures: tuple[float, float | None]):
    with pytest.raises(ValueError, match="above 0"):
        InteractionTextCorrespondence(*temperatures)
