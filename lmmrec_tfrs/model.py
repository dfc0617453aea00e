"""LMMRec: two towers that learn from what people say and do together."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import tensorflow as tf
import tensorflow_recommenders as tfrs

from lmmrec_tfrs.backbones.backbone import Backbone, SharedFeatures
from lmmrec_tfrs.data import records
from lmmrec_tfrs.layers import ColdTexts, OwnerFeatures
from lmmrec_tfrs.layers.history_position import items_before
from lmmrec_tfrs.objectives import MotivationObjective, RetrievalObjective
from lmmrec_tfrs.towers import CandidateTower, IdentifiedTower, QueryTower, TowerOutput
from lmmrec_tfrs.training.serving_towers import serving_tower

if TYPE_CHECKING:
    from lmmrec_tfrs.training.config import TrainingConfig
    from lmmrec_tfrs.training.data import TrainingData
    from lmmrec_tfrs.training.motivations import Motivations, TextReader

# The features of a training pair: rows of the owners' tables, or their ids.
USER_ROW = "user_row"
ITEM_ROW = "item_row"
USER_ID = "user_id"
ITEM_ID = "item_id"
# How many items of the user's history come before the pair's, for backbones that read histories.
HISTORY_LENGTH = "history_length"


class LMMRec(tfrs.Model):
    """The training model: L = L_retrieval + L_motivation of users and of items + L2.

    All are means over the batch; under a distribution strategy over a replica's share of it, and
    then over replicas.

    It is made of events or of training data, not of a config: `save_weights` keeps what it learnt
    for a model made alike, and `towers` are what is saved whole, and served.

    Args:
        users: the tables of the users.
        items: the tables of the items; their interaction counts give the sampling frequency.
        query_tower: places users.
        candidate_tower: places items.
        retrieval: the retrieval loss.
        user_motivation: the losses between the users' behaviour and texts; None for none.
        item_motivation: the same of the items.
        l2: weight of the mean squared norm of the pairs' embeddings, each counted as often as it is
            met: the weighted trace norm (Srebro and Salakhutdinov, 2010). From 0 to 1; about
            1 nothing but the item bias is left.
        shared_features: what both towers can use of one step; see `Backbone.shared_features`.
        cold_users: what is known of users without reviews; None where nothing is.
        cold_items: the same of items.
    """

    def __init__(
        self,
        users: OwnerFeatures,
        items: OwnerFeatures,
        query_tower: QueryTower,
        candidate_tower: CandidateTower,
        retrieval: RetrievalObjective,
        user_motivation: MotivationObjective | None = None,
        item_motivation: MotivationObjective | None = None,
        l2: float = 0.0,
        shared_features: SharedFeatures | None = None,
        cold_users: ColdTexts | None = None,
        cold_items: ColdTexts | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.users = users
        self.items = items
        self.query_tower = query_tower
        self.candidate_tower = candidate_tower
        self.retrieval = retrieval
        self.user_motivation = user_motivation
        self.item_motivation = item_motivation
        self.l2 = l2
        self._shared_features = shared_features
        self.cold_users = cold_users
        self.cold_items = cold_items
        self._means = {
            name: tf.keras.metrics.Mean(name=name) for name in ("loss", "retrieval_loss", "l2_loss")
        }

    @staticmethod
    def from_events(
        events: tf.data.Dataset,
        config: "TrainingConfig | None" = None,
        motivations: "TextReader | Motivations | None" = None,
        catalogue: Iterable[records.Item] = (),
        backbone: "Backbone | Callable[[TrainingData], Backbone] | None" = None,
    ) -> "LMMRec":
        """An untrained model of events, to compile and fit as any Keras model.

        What `fit` is given is batches of the same dicts, whole: `events.shuffle(...).batch(...)`.

        Args:
            events: dicts with `user_id` and `item_id`, strings, and where there are any `text`,
                string, and `timestamp`, int64 seconds; an event each, or batches. The train split
                alone: all its texts are read.
            config: the settings of the model. Those of the training loop (epochs, batches, the
                optimiser, precision, distribution, checkpoints, the seed) are `fit.train`'s; here
                `compile`, `fit` and `tf.keras.utils.set_random_seed` say them.
            motivations: a `MotivationReader`, or anything else that reads texts as it does; or
                `training.motivations.Motivations` that were read before. None for behaviour
                alone, with `use_text` false.
            catalogue: items that can be recommended beside those of the events, and what is known
                of any.
            backbone: one of your own, instead of the configured one; or what makes it, given the
                tables, so that it can know how many users and items there are.

        Returns:
            The model.

        Raises:
            ValueError: the events cannot be used, there are no motivations and `use_text` is not
                false, or the backbone has another dimension than `embedding_dim`.
        """
        # Training imports the model, not the other way round.
        from lmmrec_tfrs.training.from_events import model_from_events

        return model_from_events(events, config, motivations, catalogue, backbone)

    def towers(self) -> tuple[IdentifiedTower, IdentifiedTower]:
        """The towers of users and of items as they are now: string ids in, scoring vectors out.

        The score of a user and an item is the dot product of their vectors. The towers hold what
        serving needs: LightGCN's have tables instead of its graph, and do not follow the model
        when it trains on.

        Returns:
            The query and the candidate tower; `save("query.keras")` saves one.
        """
        return (
            serving_tower(IdentifiedTower(self.users, self.query_tower, name="query")),
            serving_tower(IdentifiedTower(self.items, self.candidate_tower, name="candidate")),
        )

    def compute_loss(self, inputs: dict[str, tf.Tensor], training: bool = False) -> tf.Tensor:
        """The loss of a batch of pairs, with what the towers' layers add, as regularisers do.

        Args:
            inputs: `user_row` and `item_row`, int64 `[batch]`, or `user_id` and `item_id`, string
                `[batch]`; and for backbones that read histories, which must not show the pair's
                own item, `history_length`, int64 `[batch]`. Without it the pair is looked up in
                the history; one that repeats counts as its first. Other keys are passed over.
            training: whether the dropouts are on.

        Returns:
            float32 scalar.
        """
        # Keras forgets what layers added to the loss when a model is called; here its towers are.
        self._clear_losses()
        user_rows = _rows(inputs, USER_ROW, USER_ID, self.users)
        item_rows = _rows(inputs, ITEM_ROW, ITEM_ID, self.items)
        shared = self._shared_features(training) if self._shared_features else {}
        history_length = inputs.get(HISTORY_LENGTH)
        if history_length is None and self.users.history_length:
            history_length = items_before(self.users, user_rows, item_rows)
        features = self.users.features_of(user_rows, history_length)
        if self.cold_users is not None:
            features |= self.cold_users(user_rows)
        query = self.query_tower.encode({**features, **shared}, training=training)

        def encode(rows: tf.Tensor) -> TowerOutput:
            candidates = self.items.features_of(rows)
            if self.cold_items is not None:
                candidates |= self.cold_items(rows)
            return self.candidate_tower.encode({**candidates, **shared}, training=training)

        loss, candidates, positions = self.retrieval(
            query.embedding, item_rows, self.items, encode, training=training
        )
        self._means["retrieval_loss"].update_state(loss)
        # Here, for Keras forgets them when an objective that has a tower is called.
        loss += sum(tf.reduce_sum(tf.cast(added, tf.float32)) for added in self.losses)
        if self.user_motivation is not None:
            loss += 0.5 * self.user_motivation(query, user_rows, self.users, training=training)
        if self.item_motivation is not None:
            loss += 0.5 * self.item_motivation(
                candidates, item_rows, self.items, positions, training=training
            )
        if self.l2 > 0.0:
            of_items = tf.gather(_squares(candidates.embedding), positions)
            squares = tf.reduce_sum(_squares(query.embedding) + of_items)
            # A replica can be left without a pair.
            pairs = tf.cast(tf.shape(item_rows)[0], squares.dtype)
            penalty = 0.5 * tf.math.divide_no_nan(squares, pairs)
            self._means["l2_loss"].update_state(penalty)
            loss += self.l2 * penalty
        return loss

    def train_step(self, inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """One step; as in TFRS, but the loss stays a mean over all replicas.

        The optimiser sums the gradients of the replicas, so each takes its share of the mean.
        Where layers compute in float16, the optimiser scales the loss, and the gradients back.
        The teachers follow after the optimiser's step.
        """
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        scales = isinstance(self.optimizer, tf.keras.mixed_precision.LossScaleOptimizer)
        with tf.GradientTape() as tape:
            loss = self.compute_loss(inputs, training=True)
            share = loss / replicas
            scaled = self.optimizer.get_scaled_loss(share) if scales else share
        gradients = tape.gradient(scaled, self.trainable_variables)
        if scales:
            gradients = self.optimizer.get_unscaled_gradients(gradients)
        # All variables each time, in one order: what the optimiser keeps of them is found by it.
        self.optimizer.apply_gradients(
            (tf.zeros_like(variable) if gradient is None else gradient, variable)
            for gradient, variable in zip(gradients, self.trainable_variables, strict=True)
        )
        for objective in (self.user_motivation, self.item_motivation):
            if objective is not None:
                objective.update_teacher()
        return self._report(loss)

    def test_step(self, inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """The loss and its parts, without dropout."""
        return self._report(self.compute_loss(inputs))

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Refuses: the towers are what answers.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(
            "expected calls of the towers, received one of the model that trains them: "
            "query, candidate = model.towers() take ids and give vectors."
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuses: a file of the whole model could not be loaded.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(
            "expected the towers or the weights to be saved, received the model that trains them: "
            "save model.towers() each as a .keras file to serve them; or save_weights of a name "
            'that ends in ".weights.h5", and load them into a model made of the same events.'
        )

    def _report(self, loss: tf.Tensor) -> dict[str, tf.Tensor]:
        self._means["loss"].update_state(loss)
        return {metric.name: metric.result() for metric in self.metrics}


def _rows(
    inputs: dict[str, tf.Tensor], row_name: str, id_name: str, owners: OwnerFeatures
) -> tf.Tensor:
    """The rows of a batch's owners, looked up where it names them by id."""
    name = row_name if row_name in inputs else id_name
    if name not in inputs:
        raise ValueError(
            f"expected batches with '{row_name}' or '{id_name}', received {sorted(inputs)}."
        )
    given = tf.convert_to_tensor(inputs[name])
    if given.shape.rank not in (None, 1):
        raise ValueError(
            f"expected '{name}' of shape [batch], received {given.shape}: batch the events, or "
            "squeeze what has more axes."
        )
    if name == row_name:
        return given
    rows = owners.rows_of(given)
    if id_name == ITEM_ID:
        # What is not among the candidates cannot be told apart from them.
        tf.debugging.assert_less(
            rows,
            tf.cast(owners.num_embeddings, rows.dtype),
            f"expected items of the events that the model was made of, received another "
            f"'{id_name}': make the model of events that have it, or filter such events out.",
        )
    return rows


def _squares(embedding: tf.Tensor) -> tf.Tensor:
    """The squared norms, float32 `[batch]`."""
    return tf.reduce_sum(tf.square(tf.cast(embedding, tf.float32)), axis=1)
