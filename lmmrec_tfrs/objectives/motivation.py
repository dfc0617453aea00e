"""The losses between an owner's behaviour and its motivations."""

from typing import Any

import tensorflow as tf

from lmmrec_tfrs.layers import (
    ContrastiveAlignment,
    EmaTeacher,
    InteractionTextCorrespondence,
    MotivationCoordination,
    OwnerFeatures,
    TextHalves,
    owner_features,
)
from lmmrec_tfrs.towers import OwnerTower, TowerOutput


class MotivationObjective(tf.keras.layers.Layer):
    """λ₁ L_align + λ₂ L_MCS + λ₃ L_ITC of one side, users or items.

    L_align is InfoNCE between behaviour and text of the same owner; L_MCS, the motivation
    coordination strategy, is InfoNCE between two halves of its texts; L_ITC, the interaction-text
    correspondence method, is the divergence from a momentum teacher's soft correspondence of
    behaviour and text. Each compares all rows with all: they look at a part of the batch, since
    their cost grows with its square.

    Args:
        tower: the tower of the side.
        alignment_weight: λ₁; 0 leaves it out, as with the others.
        alignment_temperature: what its cosines are divided by, at first.
        learnable_temperature: whether that temperature is learnt.
        coordination_weight: λ₂.
        coordination_noise: standard deviation of the noise on the standardised features of
            owners without two halves.
        coordination_temperature: what its cosines are divided by.
        correspondence_weight: λ₃.
        correspondence_temperature: what its cosines are divided by.
        teacher_decay: the teacher's last decay.
        batch_size: how many rows of a batch are looked at, at most.
        halves: the halves of the owners' texts; None where there are none.
    """

    def __init__(
        self,
        tower: OwnerTower,
        alignment_weight: float = 0.0,
        alignment_temperature: float = 0.2,
        learnable_temperature: bool = False,
        coordination_weight: float = 0.0,
        coordination_noise: float = 0.1,
        coordination_temperature: float = 0.2,
        correspondence_weight: float = 0.0,
        correspondence_temperature: float = 0.2,
        teacher_decay: float = 0.995,
        batch_size: int = 128,
        halves: TextHalves | None = None,
        **kwargs: Any,
    ):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.tower = tower
        self.alignment_weight = alignment_weight
        self.coordination_weight = coordination_weight
        self.correspondence_weight = correspondence_weight
        self.batch_size = batch_size
        self.halves = halves
        self.teacher: EmaTeacher | None = None
        means = []
        if alignment_weight:
            self.alignment = ContrastiveAlignment(
                alignment_temperature, learnable_temperature, name="alignment"
            )
            means.append("alignment_loss")
        if coordination_weight:
            self.coordination = MotivationCoordination(
                coordination_noise, temperature=coordination_temperature, name="coordination"
            )
            means.append("coordination_loss")
        if correspondence_weight:
            self.correspondence = InteractionTextCorrespondence(
                correspondence_temperature, name="correspondence"
            )
            self.teacher = EmaTeacher(
                tower.textual_encoder, final_decay=teacher_decay, initial_decay=0.9 * teacher_decay
            )
            means.append("correspondence_loss")
        # Assigned whole: Keras looks for metrics in what it is given, not in what is added later.
        self.means = {name: tf.keras.metrics.Mean(name=f"{self.name}_{name}") for name in means}

    def call(
        self,
        output: TowerOutput,
        rows: tf.Tensor,
        owners: OwnerFeatures,
        positions: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        """The weighted sum of the losses.

        Args:
            output: what the tower made of the batch.
            rows: int64 `[batch]`, whose.
            owners: the tables of the side.
            positions: int `[batch]`, where in the output each of them is; None for one behind the
                other.
            training: whether there is noise.

        Returns:
            float32 scalar.
        """
        rows = rows[: self.batch_size]
        chosen = tf.range(tf.shape(rows)[0]) if positions is None else positions[: self.batch_size]
        # These alone: each part that is chosen from costs a scatter on the way back.
        interaction, textual, has_both = (
            tf.gather(part, chosen)
            for part in (output.interaction, output.textual, output.has_behaviour & output.has_text)
        )
        total = tf.zeros([])
        if self.alignment_weight:
            sides = (interaction, textual)
            loss = self.alignment(sides, rows, has_both)
            self.means["alignment_loss"].update_state(loss)
            total += self.alignment_weight * loss
        if self.coordination_weight:
            loss = self._coordination(rows, owners, training)
            self.means["coordination_loss"].update_state(loss)
            total += self.coordination_weight * loss
        if self.teacher is not None:
            texts = _texts(owners, rows)
            loss = self.correspondence(
                (interaction, textual),
                (interaction, self.teacher(texts)),
                rows,
                has_both,
            )
            self.means["correspondence_loss"].update_state(loss)
            total += self.correspondence_weight * loss
        return total

    def _coordination(
        self, rows: tf.Tensor, owners: OwnerFeatures, training: bool | None
    ) -> tf.Tensor:
        encoder = self.tower.textual_encoder
        whole = encoder.standardize(_texts(owners, rows))
        if self.halves is None:
            halves, has_halves = [whole, whole], tf.zeros_like(rows, tf.bool)
        else:
            first, second, has_halves = self.halves(rows)
            halves = [encoder.standardize(half) for half in (first, second)]
        has_text = owners.features_of(rows)[owner_features.TEXT_COUNT] > 0
        return self.coordination(
            [whole, *halves],
            lambda features: encoder.encode(features, training=training),
            rows,
            has_halves,
            has_text,
            training=training,
        )

    def update_teacher(self) -> None:
        """Moves the teacher towards the tower; call it after the optimiser's step."""
        if self.teacher is not None:
            self.teacher.update(self.tower.textual_encoder)

    @property
    def metrics(self) -> list[tf.keras.metrics.Metric]:
        """The mean of each loss."""
        return list(self.means.values())


def _texts(owners: OwnerFeatures, rows: tf.Tensor) -> list[tf.Tensor]:
    """Motivation weights and text vectors of rows."""
    features = owners.features_of(rows)
    return [features[owner_features.MOTIVATION_WEIGHTS], features[owner_features.TEXT_VECTOR]]
