"""What the model trains on: tables of users and items, and pairs of their rows."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lmmrec_tfrs.data import records
from lmmrec_tfrs.layers import OwnerFeatures, TextProjection
from lmmrec_tfrs.training.attributes import Attributes, item_attributes
from lmmrec_tfrs.training.cold_texts import OwnerColdTexts, build_cold_texts
from lmmrec_tfrs.training.histories import (
    NO_TIMESTAMP,
    Histories,
    HistoryOrder,
    build_histories,
    history_order,
)
from lmmrec_tfrs.training.text_halves import OwnerTextHalves, build_text_halves


@dataclasses.dataclass(frozen=True)
class OwnerTable:
    """All users, or all items, row by row.

    `ids` has `num_owners` entries, the vocabulary's `num_embeddings` first; `motivation_weights`
    is float32 `[num_owners, num_motivations]`, `text_vectors` float32
    `[num_owners, text_dimension]`, `text_counts` and `interaction_counts` int64 `[num_owners]`,
    `attributes` are None where nothing is known. `motivation_names` are those of the K
    motivations, empty where they are not known. `histories`, of users only, are
    there where the backbone reads them; see `TrainingData.with_histories`. `halves` are what two
    disjoint halves of an owner's texts say, where the texts are known one by one; `cold` what is
    known without reviews. `text_projection` is what narrowed the text vectors, where anything did.
    """

    ids: tuple[str, ...]
    num_embeddings: int
    motivation_weights: NDArray[np.float32]
    text_vectors: NDArray[np.float32]
    text_counts: NDArray[np.int64]
    interaction_counts: NDArray[np.int64]
    attributes: Attributes | None = None
    motivation_names: tuple[str, ...] = ()
    histories: Histories | None = None
    halves: OwnerTextHalves | None = None
    cold: OwnerColdTexts | None = None
    text_projection: TextProjection | None = None

    @property
    def num_owners(self) -> int:
        """How many rows there are."""
        return len(self.ids)

    @property
    def num_attributes(self) -> int:
        """The width of the attributes, 0 where there are none."""
        return 0 if self.attributes is None else len(self.attributes.names)

    def with_shuffled_text(self, seed: int) -> "OwnerTable":
        """The table with the texts of the owners that have any dealt out anew among them.

        A model that does no worse on it has learnt nothing from what the texts say.
        """
        with_text = np.flatnonzero(self.text_counts)
        source = np.arange(self.num_owners)
        source[with_text] = np.random.default_rng(seed).permutation(with_text)
        return dataclasses.replace(
            self,
            motivation_weights=self.motivation_weights[source],
            text_vectors=self.text_vectors[source],
            text_counts=self.text_counts[source],
            halves=self.halves.of(source) if self.halves else None,
            cold=self.cold.of(source) if self.cold else None,
        )

    def with_projected_text(self, projection: TextProjection) -> "OwnerTable":
        """The table with narrower text vectors; those of owners without text stay zero."""
        vectors = projection(tf.constant(self.text_vectors)).numpy()
        return dataclasses.replace(
            self,
            text_vectors=np.where(self.text_counts[:, np.newaxis] > 0, vectors, 0.0).astype(
                np.float32
            ),
            text_projection=projection,
            halves=self.halves.projected(projection) if self.halves else None,
            cold=self.cold.projected(projection) if self.cold else None,
        )

    def to_layer(self, name: str) -> OwnerFeatures:
        """The table as a layer."""
        histories = self.histories
        layer = OwnerFeatures(
            num_owners=self.num_owners,
            num_embeddings=self.num_embeddings,
            num_motivations=self.motivation_weights.shape[1],
            text_dimension=self.text_vectors.shape[1],
            num_attributes=self.num_attributes,
            motivation_names=self.motivation_names,
            attribute_names=self.attributes.names if self.attributes else (),
            history_length=histories.maximum_length if histories else 0,
            num_history_items=len(histories.items) if histories else 0,
            leave_one_out=histories is not None and histories.order == "leave_one_out",
            text_projection=self.text_projection,
            name=name,
        )
        layer.set_tables(
            self.ids,
            self.motivation_weights,
            self.text_vectors,
            self.text_counts,
            self.interaction_counts,
            self.attributes.values if self.attributes else None,
        )
        if histories:
            layer.set_histories(histories.items, histories.offsets)
        return layer


@dataclasses.dataclass(frozen=True)
class TrainingData:
    """Users, items, and int64 pairs `[num_pairs, 2]` of user row and item row.

    `num_dropped_validation_pairs` counts those whose user or item train does not know, and those
    that are train pairs, too, which no ranking shows.
    `train_timestamps`, int64 `[num_pairs]`, are in seconds, 0 where one is missing; None where all
    are. `train_history_lengths`, int64 `[num_pairs]`, says how many items of the user's history
    come before each train pair, where the users have histories.
    """

    users: OwnerTable
    items: OwnerTable
    train_pairs: NDArray[np.int64]
    validation_pairs: NDArray[np.int64]
    num_dropped_validation_pairs: int = 0
    train_timestamps: NDArray[np.int64] | None = None
    train_history_lengths: NDArray[np.int64] | None = None

    def with_histories(
        self, maximum_length: int, order: HistoryOrder | Literal["auto"] = "auto"
    ) -> "TrainingData":
        """The data with the histories of the users.

        Args:
            maximum_length: how many items of a history the model reads at most.
            order: see `Histories`; "auto" is "time" where every train pair has a timestamp.

        Raises:
            ValueError: the order is "time" and there are no timestamps.
        """
        histories, lengths = build_histories(
            self.train_pairs,
            self.users.num_owners,
            self.train_timestamps,
            maximum_length,
            history_order(self.train_timestamps) if order == "auto" else order,
        )
        users = dataclasses.replace(self.users, histories=histories)
        return dataclasses.replace(self, users=users, train_history_lengths=lengths)


def build_training_data(
    user_vocabulary: Sequence[str],
    item_vocabulary: Sequence[str],
    train_pairs: NDArray[np.integer],
    validation_pairs: NDArray[np.integer],
    catalogue: Iterable[records.Item],
    user_motivations: Iterable[records.OwnerMotivations],
    item_motivations: Iterable[records.OwnerMotivations],
    train_timestamps: NDArray[np.integer] | None = None,
    review_motivations: Iterable[records.ReviewMotivations] = (),
    motivation_names: Sequence[str] = (),
) -> TrainingData:
    """Joins the channels of the trainer.

    The users are the vocabulary's and, after them, those known by their texts only, who have no
    embedding of their own: no pair trains on them, and they can be served. Candidates are the
    vocabulary's items and, after them, the catalogue's other items, which have no embedding of
    their own but their text.

    Args:
        user_vocabulary: ids in the order of `user_index`.
        item_vocabulary: ids in the order of `item_index`.
        train_pairs: int `[num_pairs, 2]` of user index and item index, as Transform wrote them.
        validation_pairs: likewise; an index beyond the vocabulary is an id train has not seen.
        catalogue: the items that can be recommended.
        user_motivations: of the users with text that may be used.
        item_motivations: of the items with any text.
        train_timestamps: int `[num_pairs]`, the seconds of the train pairs, 0 where one is
            missing; None where all are.
        review_motivations: of the reviews one by one, from which halves of an owner's texts are
            made; none where they are not known.
        motivation_names: the taxonomy's, in order, by which a later model can tell whether its
            motivations are the same; none where they are not known.

    Returns:
        Tables and pairs of rows.

    Raises:
        ValueError: there is no train pair, an index is out of range, two motivations differ
            in width or from the number of names, or there is another number of timestamps than of
            train pairs.
    """
    train, timestamps = _checked_pairs(
        train_pairs, len(user_vocabulary), len(item_vocabulary), train_timestamps
    )
    if not len(train):
        raise ValueError(
            "expected train pairs whose user and item are in the vocabularies, received none: "
            "check that the train split has events."
        )
    validation, _ = _checked_pairs(validation_pairs, len(user_vocabulary), len(item_vocabulary))
    validation = _without(validation, train, len(item_vocabulary))
    catalogue = list(catalogue)
    known_items = set(item_vocabulary)
    others = sorted({item.item_id for item in catalogue} - known_items)
    motivations = [
        {record.owner_id: record for record in stored}
        for stored in (user_motivations, item_motivations)
    ]
    widths = _widths([record for owners in motivations for record in owners.values()])
    if motivation_names and widths[0] not in (0, len(motivation_names)):
        raise ValueError(
            f"expected motivations of the {len(motivation_names)} names, received {widths[0]} "
            "weights: the names are those of another taxonomy."
        )
    user_motivation_of, item_motivation_of = motivations
    text_only_users = sorted(set(user_motivation_of).difference(user_vocabulary))
    users = _table(
        (*user_vocabulary, *text_only_users),
        len(user_vocabulary),
        user_motivation_of,
        widths,
        motivation_names,
        train[:, 0],
    )
    items = _table(
        (*item_vocabulary, *others),
        len(item_vocabulary),
        item_motivation_of,
        widths,
        motivation_names,
        train[:, 1],
    )
    items = dataclasses.replace(items, attributes=item_attributes(items.ids, catalogue))
    reviews = list(review_motivations)
    if reviews:
        users, items = (
            dataclasses.replace(table, halves=build_text_halves(table.ids, owners, reviews))
            for table, owners in (
                (users, [review.user_id for review in reviews]),
                (items, [review.item_id for review in reviews]),
            )
        )
    dropped = len(validation_pairs) - len(validation)
    return TrainingData(users, items, train, validation, dropped, train_timestamps=timestamps)


def _checked_pairs(
    pairs: NDArray[np.integer],
    num_users: int,
    num_items: int,
    timestamps: NDArray[np.integer] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
    """The pairs whose user and item have a row of the vocabulary, int64, sorted, and their times.

    Beam writes them in another order each time; sorted, the same events train the same model.
    """
    pairs = np.asarray(pairs, np.int64).reshape(-1, 2)
    times = np.full(len(pairs), NO_TIMESTAMP) if timestamps is None else np.asarray(timestamps)
    if times.shape != (len(pairs),):
        raise ValueError(
            f"expected a timestamp for each of the {len(pairs)} pairs, received an array of shape "
            f"{times.shape}."
        )
    sizes = np.array([num_users, num_items])
    if len(pairs) and (pairs.min() < 0 or (pairs > sizes).any()):
        raise ValueError(
            f"expected user indices from 0 to {num_users} and item indices from 0 to {num_items}, "
            f"received from {pairs.min(axis=0).tolist()} to {pairs.max(axis=0).tolist()}: the "
            "transformed examples and the vocabularies come from different runs."
        )
    known = (pairs < sizes).all(axis=1)
    pairs, times = pairs[known], times[known].astype(np.int64)
    order = np.lexsort((times, pairs[:, 1], pairs[:, 0]))
    has_times = bool((times != NO_TIMESTAMP).any())
    return pairs[order], times[order] if has_times else None


def _without(
    pairs: NDArray[np.int64], others: NDArray[np.int64], num_items: int
) -> NDArray[np.int64]:
    """The pairs that are not among the others."""
    keys, taken = (each[:, 0] * num_items + each[:, 1] for each in (pairs, others))
    return pairs[~np.isin(keys, taken)]


def _widths(motivations: Sequence[records.OwnerMotivations]) -> tuple[int, int]:
    """The width of the weights and of the vectors, which all records share."""
    widths = {(len(record.weights), len(record.vector)) for record in motivations}
    if len(widths) > 1:
        raise ValueError(
            "expected motivations of one taxonomy and one encoder, received records whose "
            f"weights and vectors have the widths {sorted(widths)}."
        )
    return widths.pop() if widths else (0, 0)


def _table(
    ids: tuple[str, ...],
    num_embeddings: int,
    motivation_of: dict[str, records.OwnerMotivations],
    widths: tuple[int, int],
    motivation_names: Sequence[str],
    interacting_rows: NDArray[np.int64],
) -> OwnerTable:
    weights = np.zeros((len(ids), widths[0]), np.float32)
    vectors = np.zeros((len(ids), widths[1]), np.float32)
    texts = np.zeros(len(ids), np.int64)
    for row, owner in enumerate(ids):
        if (record := motivation_of.get(owner)) is not None:
            weights[row], vectors[row] = record.weights, record.vector
            texts[row] = record.text_count
    interactions = np.bincount(interacting_rows, minlength=len(ids)).astype(np.int64)
    cold = build_cold_texts(ids, motivation_of)
    return OwnerTable(
        ids,
        num_embeddings,
        weights,
        vectors,
        texts,
        interactions,
        motivation_names=tuple(motivation_names),
        cold=cold,
    )
