"""What the model trains on: tables of users and items, and pairs of their rows."""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from lmmrec_tfrs.data import records
from lmmrec_tfrs.layers import OwnerFeatures


@dataclasses.dataclass(frozen=True)
class OwnerTable:
    """All users, or all items, row by row.

    `ids` has `num_owners` entries, the vocabulary's `num_embeddings` first; `motivation_weights`
    is float32 `[num_owners, num_motivations]`, `text_vectors` float32
    `[num_owners, text_dimension]`, `text_counts` and `interaction_counts` int64 `[num_owners]`.
    """

    ids: tuple[str, ...]
    num_embeddings: int
    motivation_weights: NDArray[np.float32]
    text_vectors: NDArray[np.float32]
    text_counts: NDArray[np.int64]
    interaction_counts: NDArray[np.int64]

    @property
    def num_owners(self) -> int:
        """How many rows there are."""
        return len(self.ids)

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
        )

    def to_layer(self, name: str) -> OwnerFeatures:
        """The table as a layer."""
        layer = OwnerFeatures(
            num_owners=self.num_owners,
            num_embeddings=self.num_embeddings,
            num_motivations=self.motivation_weights.shape[1],
            text_dimension=self.text_vectors.shape[1],
            name=name,
        )
        layer.set_tables(
            self.ids,
            self.motivation_weights,
            self.text_vectors,
            self.text_counts,
            self.interaction_counts,
        )
        return layer


@dataclasses.dataclass(frozen=True)
class TrainingData:
    """Users, items, and int64 pairs `[num_pairs, 2]` of user row and item row.

    `num_dropped_validation_pairs` counts those whose user or item train does not know.
    """

    users: OwnerTable
    items: OwnerTable
    train_pairs: NDArray[np.int64]
    validation_pairs: NDArray[np.int64]
    num_dropped_validation_pairs: int = 0


def build_training_data(
    user_vocabulary: Sequence[str],
    item_vocabulary: Sequence[str],
    train_pairs: NDArray[np.integer],
    validation_pairs: NDArray[np.integer],
    catalogue: Iterable[records.Item],
    user_motivations: Iterable[records.OwnerMotivations],
    item_motivations: Iterable[records.OwnerMotivations],
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

    Returns:
        Tables and pairs of rows.

    Raises:
        ValueError: there is no train pair, an index is out of range, or two motivations differ
            in width.
    """
    train = _checked_pairs(train_pairs, len(user_vocabulary), len(item_vocabulary))
    if not len(train):
        raise ValueError(
            "expected train pairs whose user and item are in the vocabularies, received none: "
            "check that the train split has events."
        )
    validation = _checked_pairs(validation_pairs, len(user_vocabulary), len(item_vocabulary))
    known_items = set(item_vocabulary)
    others = sorted({item.item_id for item in catalogue} - known_items)
    motivations = [
        {record.owner_id: record for record in stored}
        for stored in (user_motivations, item_motivations)
    ]
    widths = _widths([record for owners in motivations for record in owners.values()])
    user_motivation_of, item_motivation_of = motivations
    text_only_users = sorted(set(user_motivation_of).difference(user_vocabulary))
    users = _table(
        (*user_vocabulary, *text_only_users),
        len(user_vocabulary),
        user_motivation_of,
        widths,
        train[:, 0],
    )
    items = _table(
        (*item_vocabulary, *others),
        len(item_vocabulary),
        item_motivation_of,
        widths,
        train[:, 1],
    )
    dropped = len(validation_pairs) - len(validation)
    return TrainingData(users, items, train, validation, dropped)


def _checked_pairs(pairs: NDArray[np.integer], num_users: int, num_items: int) -> NDArray[np.int64]:
    """The pairs whose user and item have a row of the vocabulary, int64, sorted.

    Beam writes them in another order each time; sorted, the same events train the same model.
    """
    pairs = np.asarray(pairs, np.int64).reshape(-1, 2)
    sizes = np.array([num_users, num_items])
    if len(pairs) and (pairs.min() < 0 or (pairs > sizes).any()):
        raise ValueError(
            f"expected user indices from 0 to {num_users} and item indices from 0 to {num_items}, "
            f"received from {pairs.min(axis=0).tolist()} to {pairs.max(axis=0).tolist()}: the "
            "transformed examples and the vocabularies come from different runs."
        )
    known = pairs[(pairs < sizes).all(axis=1)]
    return known[np.lexsort((known[:, 1], known[:, 0]))]


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
    return OwnerTable(ids, num_embeddings, weights, vectors, texts, interactions)
