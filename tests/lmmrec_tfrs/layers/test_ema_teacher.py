"""The moving average of a layer's weights."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import EmaTeacher, IdEmbedding, TextualMotivationEncoder
from tests import contracts


def _student(value: float = 1.0) -> IdEmbedding:
    layer = IdEmbedding(num_ids=0, dimension=1)
    layer.build((None,))
    layer.table.assign([[value]])
    return layer


def test_decay_rises_along_a_cosine():
    """From 0.6 to 1 over 8 updates; at a quarter, (cos(π / 4) + 1) / 2 of the way is left."""
    teacher = EmaTeacher(_student(), initial_decay=0.6, final_decay=1.0, ramp_updates=8)
    decays = [float(teacher.decay(count)) for count in (0, 2, 4, 8, 100)]
    quarter = 1.0 - 0.4 * (np.sqrt(0.5) + 1.0) / 2.0
    np.testing.assert_allclose(decays, [0.6, quarter, 0.8, 1.0, 1.0], rtol=1e-6)
    assert float(EmaTeacher(_student(), 0.5, 0.75, ramp_updates=0).decay(0)) == 0.75


@pytest.mark.parametrize("jit_compile", [False, True])
def test_follows_the_student_after_the_optimisers_step(jit_compile: bool):
    """Gradient 1 and rate 1: the student goes 3, 2, 1; decays 0 and 1/2 give 2 and 3/2.

    Were the teacher updated before the step, it would have 3 and 5/2.
    """
    student = _student(3.0)
    teacher = EmaTeacher(student, initial_decay=0.0, final_decay=1.0, ramp_updates=2)
    optimizer = tf.keras.optimizers.SGD(1.0)
    optimizer.build(student.trainable_variables)

    @tf.function(jit_compile=jit_compile)
    def step() -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(student(tf.constant([0])))
        gradients = tape.gradient(loss, student.trainable_variables)
        optimizer.apply_gradients(zip(gradients, student.trainable_variables, strict=True))
        teacher.update(student)

    seen = []
    for _ in range(2):
        step()
        seen.append((float(student.table[0, 0]), float(teacher(tf.constant([0]))[0, 0])))
    np.testing.assert_allclose(seen, [(2.0, 2.0), (1.0, 1.5)])
    assert int(teacher.num_updates) == 2


def test_nothing_of_the_teacher_trains_and_only_its_layer_is_copied():
    class Tower(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.table = IdEmbedding(1000, 4)
            self.table.build((None,))
            self.encoder = TextualMotivationEncoder(4)
            self.encoder.build(((None, 2), (None, 3)))
            self.teacher = EmaTeacher(self.encoder)

    tower = Tower()
    students = [*tower.table.trainable_variables, *tower.encoder.trainable_variables]
    assert {id(v) for v in tower.trainable_variables} == {id(v) for v in students}
    assert not tower.teacher.trainable_variables
    assert not any(tuple(weight.shape) == (1001, 4) for weight in tower.teacher.weights)
    assert len(tower.teacher.weights) == 1 + len(tower.encoder.weights)
    assert not {id(w) for w in tower.teacher.weights} & {id(w) for w in tower.encoder.weights}


def test_copies_what_the_student_does_not_train():
    student = TextualMotivationEncoder(dimension=2)
    student.build(((None, 1), (None, 1)))
    teacher = EmaTeacher(student, initial_decay=1.0, final_decay=1.0)
    before = student.kernel.numpy()
    student.adapt(np.array([[0.0], [4.0]]), np.array([[1.0], [3.0]]))
    student.kernel.assign(before + 1.0)
    teacher.update(student)
    np.testing.assert_array_equal(teacher.layer.input_mean, [2.0, 2.0])
    np.testing.assert_array_equal(teacher.layer.kernel, before)
    teacher.copy_from(student)
    np.testing.assert_array_equal(teacher.layer.kernel, before + 1.0)


def test_dropout_of_the_teacher_is_off_also_in_training():
    student = TextualMotivationEncoder(dimension=2, dropout=0.9)
    inputs = [tf.ones([4, 3]), tf.ones([4, 2])]
    expected = student(inputs, training=False)
    teacher = EmaTeacher(student)
    np.testing.assert_allclose(teacher(inputs, training=True), expected, rtol=1e-6)


def test_round_trip():
    student = TextualMotivationEncoder(dimension=2, seed=3)
    inputs = [tf.ones([4, 3]), tf.ones([4, 2])]
    student(inputs)
    contracts.check_layer_round_trip(EmaTeacher(student, 0.5, 0.9, 7), lambda it: it(inputs))


def test_refuses_another_layer_and_decays_that_fall():
    teacher = EmaTeacher(_student())
    stranger = IdEmbedding(num_ids=5, dimension=1)
    stranger.build((None,))
    with pytest.raises(ValueError, match="made of"):
        teacher.update(stranger)
    with pytest.raises(ValueError, match=r"0\.9 and 1000"):
        EmaTeacher(_student(), initial_decay=0.95, final_decay=0.9)


def test_refuses_a_layer_that_does_not_know_how_it_was_built():
    student = _Silent()
    student.build((None, 1))
    with pytest.raises(ValueError, match="call the layer once"):
        EmaTeacher(student)


class _Silent(tf.keras.layers.Dense):
    """Does not say how it was built, as a layer of an earlier Keras 2 that was never called."""

    def __init__(self, units=1, **kwargs):
        super().__init__(units, **kwargs)

    def get_build_config(self):
        return None


class _Noisy(tf.keras.layers.Layer):
    """Drops a half, without naming `training`: Keras hands it on."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = tf.keras.layers.Dense(8, use_bias=False, kernel_initializer="ones")
        self.dropout = tf.keras.layers.Dropout(0.5)

    def build(self, input_shape):
        self.dense.build(input_shape)
        super().build(input_shape)

    def call(self, inputs):
        return self.dropout(self.dense(inputs))


def test_dropout_of_any_layer_is_off():
    student = _Noisy()
    student.build((None, 1))
    teacher = EmaTeacher(student)
    np.testing.assert_array_equal(teacher(tf.ones([1, 1]), training=True), np.ones((1, 8)))

    class Around(tf.keras.layers.Layer):
        def call(self, inputs):
            return teacher(inputs)

    np.testing.assert_array_equal(Around()(tf.ones([1, 1]), training=True), np.ones((1, 8)))


def test_a_student_that_is_built_later_is_copied_at_the_first_update():
    student = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="random_normal")
    teacher = EmaTeacher(student, initial_decay=0.5, final_decay=0.5)
    inputs = tf.ones([1, 3])
    student(inputs), teacher(inputs)
    teacher.update(student)
    first = student.kernel.numpy()
    np.testing.assert_allclose(teacher.layer.kernel, first, rtol=1e-5)
    student.kernel.assign(first + 1.0)
    teacher.update(student)
    np.testing.assert_allclose(teacher.layer.kernel, first + 0.5, rtol=1e-6)


class _Lazy(tf.keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = tf.keras.layers.Dense(2)

    def call(self, inputs):
        return self.dense(inputs)


def test_a_layer_that_builds_nothing_before_its_call_is_told_so():
    student = _Lazy()
    student(tf.ones([1, 2]))
    with pytest.raises(ValueError, match="a build that builds its sublayers"):
        EmaTeacher(student)
