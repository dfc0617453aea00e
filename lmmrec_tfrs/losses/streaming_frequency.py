"""How often an article is met, estimated from the stream of batches alone."""

from typing import Any

import tensorflow as tf

from lmmrec_tfrs.losses.replicas import from_all_replicas, per_replica_state

# Odd constants of the finaliser of SplitMix64 (Steele et al., 2014), which mixes 64 bits well.
_MIX = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_GOLDEN_RATIO = 0x9E3779B97F4A7C15
_BITS = 64


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class StreamingFrequency(tf.keras.layers.Layer):
    """The frequency estimation of Yi et al. (RecSys 2019), Algorithm 2.

    For each article two numbers are kept: A, the step at which it was last in a batch, and B, a
    running mean of the gap between two such steps. When it is met at step t:
    B ← (1 - α) B + α (t - A), A ← t. Its chance of being in a batch is 1 / B. Unlike a count over
    the train set, this needs no pass over the data and follows a popularity that drifts.

    A popular article is in every batch, several times, and 1 / B is never more than 1. A third
    number, which the paper does not have, is therefore kept: C, a running mean of how often an
    article occurs in the batches that have it. A batch is expected to hold it C / B times.

    A stream without a vocabulary is hashed into a fixed number of buckets. An article that
    shares its bucket with another looks more frequent than it is; with several hash functions the
    least of the estimates is taken, since a collision can only raise one.

    Under a distribution strategy a batch is that of all replicas together.

    Args:
        num_rows: how many articles, or, where `num_hashes` is above 0, how many buckets a hash
            function has.
        learning_rate: α, from 0 to 1; the means reach back over about 1 / α batches that had the
            article.
        initial_gap: B before an article was ever met, in steps.
        num_hashes: how many hash functions; 0 where rows are used as they are.
    """

    def __init__(
        self,
        num_rows: int,
        learning_rate: float = 0.05,
        initial_gap: float = 100.0,
        num_hashes: int = 0,
        **kwargs: Any,
    ):
        # Gaps are counts: half precision would stop them growing at 256.
        super().__init__(**{"trainable": False, **kwargs, "dtype": "float32"})
        if num_rows < 1 or not 0.0 < learning_rate <= 1.0 or initial_gap <= 0 or num_hashes < 0:
            raise ValueError(
                "expected num_rows of at least 1, a learning_rate above 0 and up to 1, an "
                f"initial_gap above 0 and num_hashes of at least 0, received {num_rows}, "
                f"{learning_rate}, {initial_gap} and {num_hashes}."
            )
        self.num_rows = num_rows
        self.learning_rate = learning_rate
        self.initial_gap = initial_gap
        self.num_hashes = num_hashes
        # Here and not in `build`: a model that calls `update` alone is loaded with them, too.
        entries = max(num_hashes, 1) * num_rows
        constant = tf.keras.initializers.Constant(initial_gap)
        self.step = per_replica_state(self, "step", (), tf.int64)
        self.last_step = per_replica_state(self, "last_step", (entries,), tf.int64)
        self.mean_gap = per_replica_state(self, "mean_gap", (entries,), tf.float32, constant)
        self.mean_count = per_replica_state(self, "mean_count", (entries,), tf.float32, "ones")
        self.built = True

    def update(self, rows: tf.Tensor) -> None:
        """Counts one step, in which these articles were met.

        Args:
            rows: int64 `[batch]`; an article may occur several times. Any integers where they are
                hashed, otherwise from 0 to `num_rows` - 1.
        """
        entries = tf.reshape(self._entries(from_all_replicas(rows)), [-1])
        step = self.step.read_value() + 1
        last = self.last_step.read_value()
        ones = tf.ones_like(entries, tf.float32)
        occurrences = tf.math.unsorted_segment_sum(ones, entries, last.shape[0])
        # Entries that occur twice get the same value twice.
        index = entries[:, tf.newaxis]
        gap = tf.cast(step - tf.gather(last, entries), tf.float32)
        for means, met in (
            (self.mean_gap, gap),
            (self.mean_count, tf.gather(occurrences, entries)),
        ):
            before = means.read_value()
            mean = tf.gather(before, entries)
            moved = mean + self.learning_rate * (met - mean)
            means.assign(tf.tensor_scatter_nd_update(before, index, moved))
        steps = tf.fill(tf.shape(entries), step)
        self.last_step.assign(tf.tensor_scatter_nd_update(last, index, steps))
        self.step.assign(step)

    def log_expected_count(self, rows: tf.Tensor) -> tf.Tensor:
        """The logarithm of how often a batch is expected to hold an article.

        Args:
            rows: int64 `[batch]`, see `update`.

        Returns:
            float32 `[batch]`: log(C / B).
        """
        entries = self._entries(rows)
        gaps, counts = (
            tf.gather(means.read_value(), entries) for means in (self.mean_gap, self.mean_count)
        )
        return tf.reduce_min(tf.math.log(counts) - tf.math.log(gaps), axis=0)

    def _entries(self, rows: tf.Tensor) -> tf.Tensor:
        """Which entries of the tables stand for rows, int64 `[max(num_hashes, 1), batch]`."""
        rows = tf.cast(rows, tf.int64)
        if not self.num_hashes:
            return rows[tf.newaxis, :]
        tables = []
        for function in range(self.num_hashes):
            offset = ((function + 1) * _GOLDEN_RATIO) % 2**_BITS
            mixed = tf.bitcast(rows, tf.uint64) + tf.constant(offset, tf.uint64)
            for shift, factor in zip((30, 27), _MIX, strict=True):
                mixed = tf.bitwise.bitwise_xor(mixed, _shifted(mixed, shift))
                mixed *= tf.constant(factor, tf.uint64)
            # The upper bits, so that the number is positive as int64.
            bucket = tf.cast(_shifted(mixed, 2), tf.int64) % self.num_rows
            tables.append(function * self.num_rows + bucket)
        return tf.stack(tables)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "num_rows": self.num_rows,
            "learning_rate": self.learning_rate,
            "initial_gap": self.initial_gap,
            "num_hashes": self.num_hashes,
        }


def _shifted(values: tf.Tensor, bits: int) -> tf.Tensor:
    return tf.bitwise.right_shift(values, tf.constant(bits, tf.uint64))
