"""The train pairs of each step, in an order that depends on the seed and the epoch alone."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


class EpochBatches:
    """Shuffles the pairs anew each epoch; the odd rest is left to another epoch.

    The order of an epoch does not depend on what came before it, so that training can be taken up
    again in the middle of one.

    Args:
        examples: by name, int64 `[num_pairs]`: what a step is given of each pair.
        batch_size: pairs a step, over all replicas; lowered where there are fewer.
        seed: of the order.
        num_replicas: how many replicas share a batch.

    Raises:
        ValueError: the batch cannot be shared evenly.

    >>> batches = EpochBatches({"row": np.arange(5)}, batch_size=2, seed=1)
    >>> batches.steps_per_epoch
    2
    >>> first, again = batches.steps(0, 1, 2), batches.steps(0, 1, 2)
    >>> bool((first["row"] == again["row"]).all()), first["row"].shape
    (True, (1, 2))
    """

    def __init__(
        self,
        examples: Mapping[str, NDArray[np.int64]],
        batch_size: int,
        seed: int,
        num_replicas: int = 1,
    ):
        if batch_size % num_replicas:
            raise ValueError(
                f"expected a batch_size that {num_replicas} replicas can share evenly, received "
                f"{batch_size}: the next multiple is {-(-batch_size // num_replicas)} · "
                f"{num_replicas}."
            )
        self._examples = {name: np.asarray(values) for name, values in examples.items()}
        self.num_pairs = len(next(iter(self._examples.values())))
        self.batch_size = min(batch_size, self.num_pairs // num_replicas * num_replicas)
        if not self.batch_size:
            raise ValueError(
                f"expected a train pair for each of {num_replicas} replicas, received "
                f"{self.num_pairs}."
            )
        self.steps_per_epoch = self.num_pairs // self.batch_size
        self._seed = seed
        self._epoch: int | None = None
        self._order: NDArray[np.int64] = np.zeros(0, np.int64)

    def steps(self, epoch: int, start: int, stop: int) -> dict[str, NDArray[np.int64]]:
        """What the steps from `start` to before `stop` of an epoch are given.

        Returns:
            By name, int64 `[stop - start, batch_size]`.
        """
        if epoch != self._epoch:
            generator = np.random.default_rng([self._seed, epoch])
            self._epoch, self._order = epoch, generator.permutation(self.num_pairs)
        pairs = self._order[start * self.batch_size : stop * self.batch_size]
        shape = (stop - start, self.batch_size)
        return {name: values[pairs].reshape(shape) for name, values in self._examples.items()}
