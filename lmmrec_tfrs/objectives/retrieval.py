"""The retrieval loss: which candidates a pair's item is told apart from."""

from collections.abc import Callable
from typing import Any, Literal

import tensorflow as tf

from lmmrec_tfrs import losses
from lmmrec_tfrs.layers import OwnerFeatures, make_generator
from lmmrec_tfrs.towers import TowerOutput

RetrievalLoss = Literal["sampled_softmax", "full_softmax"]
FrequencyEstimate = Literal["counts", "streaming"]

# Maps rows of items to what the candidate tower makes of them.
Encode = Callable[[tf.Tensor], TowerOutput]


class RetrievalObjective(tf.keras.layers.Layer):
    """L_retrieval: a softmax over all candidates, or over sampled ones with the logQ correction.

    Candidates are the items that somebody had. An article that nobody had is no evidence against
    itself, being new perhaps: as a negative in every step it would sink, with all that its text
    shares with others, below everything else. The sampled candidates are the batch's own
    items, others drawn uniformly, and those remembered from earlier batches.

    Args:
        dimension: the width of the embeddings.
        loss: `full_softmax` scores all of them in every step, `sampled_softmax` a sample.
        temperature: what scores are divided by.
        num_uniform_negatives: candidates drawn uniformly.
        num_cross_batch_negatives: candidates remembered from earlier batches.
        frequency_estimate: `counts` takes the frequency of an item from the train pairs,
            `streaming` estimates it from the batches.
        frequency_learning_rate: see `StreamingFrequency`.
        num_items: how many items the streaming estimate tells apart.
        seed: of the uniform candidates; None takes one from the global generator.
    """

    def __init__(
        self,
        dimension: int,
        loss: RetrievalLoss = "sampled_softmax",
        temperature: float = 1.0,
        num_uniform_negatives: int = 0,
        num_cross_batch_negatives: int = 0,
        frequency_estimate: FrequencyEstimate = "counts",
        frequency_learning_rate: float = 0.05,
        num_items: int = 1,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.loss = loss
        self.temperature = temperature
        self.num_uniform_negatives = num_uniform_negatives
        self.generator = make_generator(seed)
        self.memory, self.streaming_frequency = None, None
        if loss == "sampled_softmax" and num_cross_batch_negatives:
            self.memory = losses.CrossBatchNegatives(
                num_cross_batch_negatives, dimension, name="memory"
            )
        if loss == "sampled_softmax" and frequency_estimate == "streaming":
            self.streaming_frequency = losses.StreamingFrequency(
                num_items, frequency_learning_rate, name="frequency"
            )

    def call(
        self,
        query: tf.Tensor,
        item_rows: tf.Tensor,
        items: OwnerFeatures,
        encode: Encode,
        training: bool | None = None,
    ) -> tuple[tf.Tensor, TowerOutput, tf.Tensor]:
        """The loss of a batch of pairs.

        Args:
            query: float `[batch, dimension]`, the users' embeddings.
            item_rows: int64 `[batch]`, the items that they had.
            items: the tables of the items.
            encode: what places items, given their rows.
            training: whether the streaming estimate and the memory take up the batch.

        Returns:
            The loss, float32 scalar; what the tower made of the candidates; and where among them
            the pairs' items are, int `[batch]`.
        """
        if self.loss == "full_softmax":
            every_row = tf.range(items.num_embeddings, dtype=item_rows.dtype)
            candidates = encode(every_row)
            scores = _scores(query, candidates.embedding, candidates.bias)
            loss = losses.full_softmax(scores, item_rows, self.temperature)
            return loss, candidates, item_rows
        return self._sampled(query, item_rows, items, encode, training)

    def _sampled(
        self,
        query: tf.Tensor,
        item_rows: tf.Tensor,
        items: OwnerFeatures,
        encode: Encode,
        training: bool | None,
    ) -> tuple[tf.Tensor, TowerOutput, tf.Tensor]:
        batch = tf.shape(item_rows)[0]
        uniform = self.generator.uniform(
            [self.num_uniform_negatives], maxval=items.num_embeddings, dtype=item_rows.dtype
        )
        rows = tf.concat([item_rows, uniform], axis=0)
        candidates = encode(rows)
        embedding, bias = candidates.embedding, candidates.bias
        # How many of the columns were drawn as the train pairs are.
        num_by_frequency = batch
        if self.memory is not None:
            remembered = self.memory.candidates()
            embedding = tf.concat([embedding, tf.cast(remembered.embedding, embedding.dtype)], 0)
            bias = tf.concat([bias, remembered.bias], axis=0)
            rows = tf.concat([rows, remembered.rows], axis=0)
            num_by_frequency += remembered.count
        if self.streaming_frequency is not None and training:
            self.streaming_frequency.update(item_rows)
        log_expected = losses.log_expected_counts(
            self._frequencies(rows, items, batch),
            num_by_frequency,
            self.num_uniform_negatives,
            items.num_embeddings,
        )
        loss = losses.sampled_softmax(
            _scores(query, embedding, bias), rows, log_expected, self.temperature
        )
        if self.memory is not None and training:
            self.memory.push(candidates.embedding[:batch], candidates.bias[:batch], item_rows)
        return loss, candidates, tf.range(batch)

    def _frequencies(self, rows: tf.Tensor, items: OwnerFeatures, batch: tf.Tensor) -> tf.Tensor:
        """Each candidate's share of the train pairs, float32 `[num_sampled]`."""
        # An empty place of the memory takes any row's share: it is left out of the softmax.
        rows = tf.maximum(rows, 0)
        if self.streaming_frequency is not None:
            # How often a batch of all replicas holds it, shared out over its places.
            expected = tf.exp(self.streaming_frequency.log_expected_count(rows))
            replicas = tf.distribute.get_strategy().num_replicas_in_sync
            return expected / tf.cast(batch * replicas, tf.float32)
        counts = tf.gather(items.interaction_counts, rows)
        return counts / tf.maximum(tf.reduce_sum(items.interaction_counts), 1.0)


def _scores(query: tf.Tensor, embedding: tf.Tensor, bias: tf.Tensor) -> tf.Tensor:
    """Dot products and item biases, float32 `[batch, num_candidates]`."""
    products = tf.cast(tf.matmul(query, embedding, transpose_b=True), tf.float32)
    return products + tf.cast(bias, tf.float32)[tf.newaxis, :]
