"""How the steps of a training run are distributed over devices."""

import functools
import os
from typing import Literal

import tensorflow as tf

Distribution = Literal["none", "mirrored", "multi_worker"]

_CLUSTER_VARIABLE = "TF_CONFIG"


def make_strategy(distribution: Distribution) -> tf.distribute.Strategy:
    """The strategy that `TrainingConfig.distribution` names.

    `mirrored` uses all accelerators of this machine, or all logical processors where it has none;
    `multi_worker` those of all machines that the environment variable `TF_CONFIG` lists. It has
    to be made before TensorFlow has run anything, and is the same one whenever it is asked for.

    Raises:
        ValueError: `multi_worker` without `TF_CONFIG`.
        RuntimeError: `multi_worker` after TensorFlow was used, or where this worker cannot listen.
    """
    if distribution == "none":
        return tf.distribute.get_strategy()
    if distribution == "mirrored":
        kind = "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
        devices = [device.name for device in tf.config.list_logical_devices(kind)]
        return tf.distribute.MirroredStrategy(devices)
    if not os.environ.get(_CLUSTER_VARIABLE):
        raise ValueError(
            f"expected the cluster of 'multi_worker' in the environment variable "
            f"{_CLUSTER_VARIABLE}, received none: set it on each worker, or choose 'mirrored' to "
            "use the devices of one machine."
        )
    return _joined_cluster()


# A process joins its cluster once: a second strategy would set up the exchange anew, and forget
# what another worker, which was faster, has asked for by then. That one would wait for ever.
@functools.cache
def _joined_cluster() -> tf.distribute.Strategy:
    try:
        return tf.distribute.MultiWorkerMirroredStrategy()
    except RuntimeError as error:
        raise RuntimeError(
            "expected to set up the workers before TensorFlow was used: call "
            "lmmrec_tfrs.training.distribution.make_strategy('multi_worker') first and hand the "
            "strategy to train."
        ) from error
    except tf.errors.UnknownError as error:
        raise RuntimeError(
            f"expected to listen where {_CLUSTER_VARIABLE} says that this worker does, received "
            f"{error.message!r}: see that the port is free and the address is this machine's, then "
            f"start all workers anew, since the others wait for this one. {_CLUSTER_VARIABLE} is "
            f"{os.environ[_CLUSTER_VARIABLE]}"
        ) from error


def is_multi_worker(strategy: tf.distribute.Strategy) -> bool:
    """Whether other processes take part."""
    return isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy)


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Whether this process is the one that writes; true where there is but one."""
    resolver = strategy.cluster_resolver
    if not is_multi_worker(strategy) or resolver is None:
        return True
    if "chief" in resolver.cluster_spec().jobs:
        return bool(resolver.task_type == "chief")
    return bool(resolver.task_type == "worker" and resolver.task_id == 0)


def agreed_values(strategy: tf.distribute.Strategy, values: dict[str, float]) -> dict[str, float]:
    """The mean over all workers, so that they decide alike on it."""
    if not is_multi_worker(strategy):
        return values
    agreed = {}
    for name, value in values.items():
        own = strategy.run(tf.constant, args=(value, tf.float64))
        agreed[name] = float(strategy.reduce("MEAN", own, axis=None))
    return agreed
