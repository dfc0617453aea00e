"""Runs many training steps with one call, so that Python costs little."""

import time
from collections.abc import Callable

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lmmrec_tfrs.model import LMMRec
from lmmrec_tfrs.training.distribution import agreed_values

# A call should take about this long: long enough for Python to be cheap, short enough to
# react to a signal within a second.
_SECONDS_A_CALL = 0.5
_STEPS_A_CALL_AT_MOST = 256


class StepRunner:
    """Trains a model on batches.

    How many steps go into a call has no effect on their results, but all workers have to give the
    same number: what they exchange goes by the step's place in the call, and each would wait.

    Args:
        model: a compiled model.
        strategy: how a step is distributed; each replica takes its share of the batch.
        jit_compile: whether the step is compiled with XLA.
    """

    def __init__(self, model: LMMRec, strategy: tf.distribute.Strategy, jit_compile: bool = False):
        self.model = model
        self.strategy = strategy
        # Without AutoGraph: rewriting the source of every layer would take as long as a short run.
        self._step = (
            tf.function(model.train_step, jit_compile=True, autograph=False)
            if jit_compile
            else model.train_step
        )
        self._run_all: Callable[[dict[str, tf.Tensor]], None] | None = None
        self.steps_a_call = 1

    def _share(self, inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """This replica's part of the batch."""
        context = tf.distribute.get_replica_context()
        if context.num_replicas_in_sync == 1:
            return inputs
        replica = tf.cast(context.replica_id_in_sync_group, tf.int32)
        size = next(iter(inputs.values())).shape[0] // context.num_replicas_in_sync
        return {name: tf.slice(values, [replica * size], [size]) for name, values in inputs.items()}

    def _every_step(self, inputs: dict[str, tf.Tensor]) -> None:
        num_steps = tf.shape(next(iter(inputs.values())))[0]

        def one_step(step: tf.Tensor) -> tuple[tf.Tensor]:
            batch = {name: values[step] for name, values in inputs.items()}
            self.strategy.run(lambda values: self._step(self._share(values)), args=(batch,))
            return (step + 1,)

        # One after the other: a step starts from the weights that the one before it left.
        tf.while_loop(
            lambda step: step < num_steps, one_step, (tf.constant(0),), parallel_iterations=1
        )

    def run(self, inputs: dict[str, NDArray[np.int64]]) -> None:
        """Runs the steps, and sets `steps_a_call` to how many to give to the next call.

        Args:
            inputs: by name, int64 `[num_steps, batch_size]`.
        """
        started = time.monotonic()
        if self._run_all is None:
            # The number of steps may vary without another trace.
            signature = {
                name: tf.TensorSpec([None, values.shape[1]], values.dtype, name=name)
                for name, values in inputs.items()
            }
            self._run_all = tf.function(
                self._every_step, input_signature=[signature], autograph=False
            ).get_concrete_function()
        self._run_all({name: tf.constant(values) for name, values in inputs.items()})
        own = {"seconds": time.monotonic() - started}
        seconds = agreed_values(self.strategy, own)["seconds"]
        steps = len(next(iter(inputs.values())))
        fitting = int(_SECONDS_A_CALL * steps / max(seconds, 1e-6))
        self.steps_a_call = min(max(fitting, 1), _STEPS_A_CALL_AT_MOST)

    @property
    def metrics(self) -> list[tf.keras.metrics.Metric]:
        """The means of the epoch so far."""
        return list(self.model.metrics)

    def results(self) -> dict[str, float]:
        """The mean losses of the epoch so far."""
        return {metric.name: float(metric.result()) for metric in self.metrics}

    def reset(self) -> None:
        """Begins an epoch."""
        for metric in self.metrics:
            metric.reset_state()
