"""LMMRec: two towers that learn from what people say and do together."""

from typing import Any, Literal

import tensorflow as tf
import tensorflow_recommenders as tfrs

from lmmrec_tfrs import losses
from lmmrec_tfrs.layers import OwnerFeatures, owner_features
from lmmrec_tfrs.towers import CandidateTower, QueryTower, TowerOutput

# The features of a training pair: rows of the owners' tables.
USER_ROW = "user_row"
ITEM_ROW = "item_row"

RetrievalLoss = Literal["sampled_softmax", "full_softmax"]


class LMMRec(tfrs.Model):
    """The training model: L = L_retrieval + alignment_weight · L_align + L2.

    L_retrieval is a softmax over candidates, sampled (with the logQ correction) or full;
    L_align is InfoNCE between the interaction side and the text side of the same user, and of
    the same item. All are means over the batch, also under a distribution strategy.

    Args:
        users: the tables of the users.
        items: the tables of the items; their interaction counts give the sampling frequency.
        query_tower: places users.
        candidate_tower: places items.
        loss: `sampled_softmax` or `full_softmax`.
        temperature: what the scores are divided by in the softmax.
        num_uniform_negatives: candidates drawn uniformly from the catalogue and added to the
            batch's own; they reach the items that nobody has interacted with.
        alignment_weight: the weight of L_align; 0 leaves it out.
        alignment_temperature: what its cosines are divided by.
        l2: weight of the mean squared norm of the pairs' embeddings, each counted as often as it is
            met: the weighted trace norm (Srebro and Salakhutdinov, 2010). From 0 to 1; about
            1 nothing but the item bias is left.
    """

    def __init__(
        self,
        users: OwnerFeatures,
        items: OwnerFeatures,
        query_tower: QueryTower,
        candidate_tower: CandidateTower,
        loss: RetrievalLoss = "sampled_softmax",
        temperature: float = 1.0,
        num_uniform_negatives: int = 0,
        alignment_weight: float = 0.0,
        alignment_temperature: float = 0.2,
        l2: float = 0.0,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.users = users
        self.items = items
        self.query_tower = query_tower
        self.candidate_tower = candidate_tower
        self.retrieval_loss = loss
        self.temperature = temperature
        self.num_uniform_negatives = num_uniform_negatives
        self.alignment_weight = alignment_weight
        self.alignment_temperature = alignment_temperature
        self.l2 = l2
        self._means = {
            name: tf.keras.metrics.Mean(name=name)
            for name in ("retrieval_loss", "alignment_loss", "l2_loss")
        }

    def compute_loss(self, inputs: dict[str, tf.Tensor], training: bool = False) -> tf.Tensor:
        """The loss of a batch of pairs.

        Args:
            inputs: `user_row` and `item_row`, int64 `[batch]`.
            training: whether the dropouts are on.

        Returns:
            float32 scalar.
        """
        user_rows, item_rows = inputs[USER_ROW], inputs[ITEM_ROW]
        query = self.query_tower.encode(self.users.features_of(user_rows), training=training)
        if self.retrieval_loss == "full_softmax":
            retrieval, positive = self._full_softmax(query, item_rows, training)
        else:
            retrieval, positive = self._sampled_softmax(query, item_rows, training)
        loss = retrieval
        self._means["retrieval_loss"].update_state(retrieval)
        if self.alignment_weight > 0.0:
            alignment = 0.5 * (
                self._alignment(query, user_rows) + self._alignment(positive, item_rows)
            )
            self._means["alignment_loss"].update_state(alignment)
            loss += self.alignment_weight * alignment
        if self.l2 > 0.0:
            penalty = 0.5 * (
                tf.reduce_mean(tf.reduce_sum(tf.square(query.embedding), axis=1))
                + tf.reduce_mean(tf.reduce_sum(tf.square(positive.embedding), axis=1))
            )
            self._means["l2_loss"].update_state(penalty)
            loss += self.l2 * penalty
        return loss

    def _full_softmax(
        self, query: TowerOutput, item_rows: tf.Tensor, training: bool
    ) -> tuple[tf.Tensor, TowerOutput]:
        """The loss over all candidates, and what the tower made of the positives."""
        every_row = tf.range(self.items.num_owners, dtype=item_rows.dtype)
        candidates = self.candidate_tower.encode(
            self.items.features_of(every_row), training=training
        )
        loss = losses.full_softmax(_scores(query, candidates), item_rows, self.temperature)
        return loss, _take(candidates, lambda part: tf.gather(part, item_rows))

    def _sampled_softmax(
        self, query: TowerOutput, item_rows: tf.Tensor, training: bool
    ) -> tuple[tf.Tensor, TowerOutput]:
        """The loss over the batch's items and uniform ones, and the tower's positives."""
        batch = tf.shape(item_rows)[0]
        uniform = tf.random.uniform(
            [self.num_uniform_negatives], maxval=self.items.num_owners, dtype=item_rows.dtype
        )
        sampled_rows = tf.concat([item_rows, uniform], axis=0)
        features = self.items.features_of(sampled_rows)
        candidates = self.candidate_tower.encode(features, training=training)
        total = tf.reduce_sum(self.items.interaction_counts)
        log_expected = losses.log_expected_counts(
            features[owner_features.INTERACTION_COUNT] / tf.maximum(total, 1.0),
            batch,
            self.num_uniform_negatives,
            self.items.num_owners,
        )
        loss = losses.sampled_softmax(
            _scores(query, candidates), sampled_rows, log_expected, self.temperature
        )
        return loss, _take(candidates, lambda part: part[:batch])

    def _alignment(self, output: TowerOutput, rows: tf.Tensor) -> tf.Tensor:
        return losses.contrastive_alignment(
            output.interaction,
            output.motivation,
            rows,
            valid=output.has_id & output.has_text,
            temperature=self.alignment_temperature,
        )

    def train_step(self, inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """One step; as in TFRS, but the loss stays a mean over all replicas.

        The optimiser sums the gradients of the replicas, so each takes its share of the mean.
        """
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        with tf.GradientTape() as tape:
            loss = self.compute_loss(inputs, training=True)
            share = loss / replicas
        gradients = tape.gradient(share, self.trainable_variables)
        self.optimizer.apply_gradients(
            (gradient, variable)
            for gradient, variable in zip(gradients, self.trainable_variables, strict=True)
            if gradient is not None
        )
        return {"loss": loss, **{metric.name: metric.result() for metric in self.metrics}}


def _scores(query: TowerOutput, candidates: TowerOutput) -> tf.Tensor:
    """Dot products and item biases, float32 `[batch, num_candidates]`."""
    products = tf.matmul(query.embedding, candidates.embedding, transpose_b=True)
    return products + candidates.bias[tf.newaxis, :]


def _take(output: TowerOutput, select: Any) -> TowerOutput:
    """The output with `select` applied to each part."""
    return TowerOutput(
        select(output.embedding),
        select(output.interaction),
        select(output.motivation),
        select(output.bias),
        select(output.has_id),
        select(output.has_text),
    )
