"""Layers that hold state, on two replicas."""

import subprocess
import sys

import pytest

from tests import contracts

# In a process of its own: logical devices are made before TensorFlow starts.
_PROGRAM = """
import lmmrec_tfrs
import numpy as np
import tensorflow as tf
from lmmrec_tfrs.layers import (
    ContrastiveAlignment, EmaTeacher, GraphConvolution, IdEmbedding,
    InteractionTextCorrespondence, MotivationViews, TextualMotivationEncoder,
)

(cpu,) = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
assert strategy.num_replicas_in_sync == 2
with strategy.scope():
    student = IdEmbedding(num_ids=0, dimension=1)
    student.build((None,))
    student.table.assign([[3.0]])
    teacher = EmaTeacher(student, initial_decay=0.0, final_decay=1.0, ramp_updates=2)
    alignment = ContrastiveAlignment(temperature=0.02, learnable=True)
    alignment.build(None)
    encoder = TextualMotivationEncoder(2, seed=1)
    encoder.adapt(np.array([[0.0], [2.0]]), np.array([[1.0], [3.0]]))
    slow_encoder = EmaTeacher(encoder)
    views = MotivationViews(seed=0)
    graph = GraphConvolution(2, 2, 2, num_layers=1, edge_dropout=0.5, seed=0)
    graph.set_edges(np.array([[0, 0], [1, 1]]))
    correspondence = InteractionTextCorrespondence()
    optimizer = tf.keras.optimizers.SGD(1.0)
    optimizer.build(student.trainable_variables + alignment.trainable_variables)

@tf.function
def step():
    def replica():
        with tf.GradientTape() as tape:
            # Half of the loss on each replica; the optimiser sums the gradients to 1 and -50.
            loss = 0.5 * tf.reduce_sum(student(tf.constant([0]))) - 25.0 * alignment.log_scale
        variables = student.trainable_variables + alignment.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        teacher.update(student)
        features = tf.ones([1, 3])
        text = encoder([tf.ones([2, 1]), tf.ones([2, 1])], training=True)
        slow = slow_encoder([tf.ones([2, 1]), tf.ones([2, 1])])
        slow_encoder.update(encoder)
        sides = tf.eye(2)
        loss = correspondence((sides, text), (sides, slow), tf.range(2), tf.ones(2, tf.bool))
        noisy = views((features, features, features), tf.zeros(1, tf.bool), training=True)[0]
        return noisy, graph((tf.ones([3, 1]), tf.ones([3, 1])), training=True)[0], loss
    return strategy.run(replica)

for expected in ([2.0, 2.0], [1.0, 1.5]):
    noisy, propagated, loss = step()
    for replica in range(2):
        tables = (student.table, teacher.layer.table)
        values = [strategy.experimental_local_results(table)[replica] for table in tables]
        np.testing.assert_allclose([float(value[0, 0]) for value in values], expected)
    assert np.isclose(float(alignment.temperature), 0.01)
counts = strategy.experimental_local_results(teacher.num_updates)
assert [int(count) for count in counts] == [2, 2]
first, second = strategy.experimental_local_results(noisy)
assert np.abs(first - second).max() > 1e-3, "both replicas drew the same noise"
# An edge is dropped, 1 / 2, or doubled, (1 + 2) / 2; the unknown user stays 1.
for table in strategy.experimental_local_results(propagated):
    assert set(table.numpy()[:2, 0].tolist()) <= {0.5, 1.5} and float(table[2, 0]) == 1.0
assert all(np.isfinite(float(value)) for value in strategy.experimental_local_results(loss))
# Outside of a step, in the scope.
with strategy.scope():
    teacher.update(student)
    teacher.copy_from(student)
np.testing.assert_allclose(teacher.layer.table.numpy(), student.table.numpy())
assert int(teacher.num_updates.numpy()) == 3
"""


@pytest.mark.campaign
@pytest.mark.slow
def test_two_replicas_teach_clip_draw_and_propagate():
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        capture_output=True,
        text=True,
        cwd=contracts.ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
