"""The interactions that a ranking is evaluated on, as sparse matrices."""

import dataclasses
from collections.abc import Iterable

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from lmmrec_tfrs.data import columns, example_files

Pairs = Iterable[tuple[str, str]]


@dataclasses.dataclass(frozen=True)
class Interactions:
    """Who met what in training, and what is to be found.

    Users and items are known by their position in the sorted ids, so that nothing depends on
    the order in which events were read. Matrices are boolean `[num_users, num_items]`.

    Attributes:
        user_ids: all users of the events, sorted.
        item_ids: all items of the catalogue and of the events, sorted: the candidates.
        train: the training interactions.
        masked: what is left out of a user's ranking: training, and validation where the
            test split is evaluated and it was asked for.
        relevant: what is to be found, without what is masked.
    """

    user_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    train: scipy.sparse.csr_matrix
    masked: scipy.sparse.csr_matrix
    relevant: scipy.sparse.csr_matrix

    @property
    def num_items(self) -> int:
        """How many candidates are ranked."""
        return len(self.item_ids)

    @property
    def item_counts(self) -> NDArray[np.int64]:
        """Training interactions of each item, int64 `[num_items]`."""
        return row_counts(self.train.T)

    @property
    def user_counts(self) -> NDArray[np.int64]:
        """Training interactions of each user, int64 `[num_users]`."""
        return row_counts(self.train)

    @property
    def evaluated_users(self) -> NDArray[np.int64]:
        """Positions of the users with something to be found, int64 `[N]`."""
        return np.flatnonzero(row_counts(self.relevant))


def row_counts(matrix: scipy.sparse.spmatrix) -> NDArray[np.int64]:
    """How many entries each row of a boolean matrix has."""
    return np.asarray(matrix.tocsr().getnnz(axis=1), dtype=np.int64)


def build_interactions(
    train: Pairs, validation: Pairs, test: Pairs, catalogue: Iterable[str], mask_validation: bool
) -> tuple[Interactions | None, Interactions | None]:
    """Lines up the splits over the same users and items.

    Pairs with an empty user or item id (a search query that led nowhere) are left out; a
    repeated pair counts once.

    Args:
        train: (user id, item id) of the training split.
        validation: those of the validation split.
        test: those of the test split.
        catalogue: the ids of all items that may be recommended.
        mask_validation: whether, when the test split is evaluated, a user's validation items
            are left out of the ranking, as the training items always are.

    Returns:
        The interactions for evaluating the validation split and those for the test split; none
        where no user has anything to be found in it.
    """
    splits = [
        sorted({(user, item) for user, item in pairs if user and item})
        for pairs in (train, validation, test)
    ]
    user_ids = sorted({user for pairs in splits for user, _ in pairs})
    item_ids = sorted({i for i in catalogue if i} | {i for pairs in splits for _, i in pairs})
    users = {user_id: position for position, user_id in enumerate(user_ids)}
    items = {item_id: position for position, item_id in enumerate(item_ids)}

    def matrix(pairs: list[tuple[str, str]]) -> scipy.sparse.csr_matrix:
        rows = [users[user] for user, _ in pairs]
        places = [items[item] for _, item in pairs]
        shape = (len(users), len(items))
        return scipy.sparse.csr_matrix((np.ones(len(pairs), dtype=bool), (rows, places)), shape)

    train_matrix, validation_matrix, test_matrix = map(matrix, splits)
    seen = (train_matrix + validation_matrix).tocsr() if mask_validation else train_matrix

    def interactions(
        masked: scipy.sparse.csr_matrix, held_out: scipy.sparse.csr_matrix
    ) -> Interactions | None:
        relevant = (held_out > masked).tocsr()
        relevant.eliminate_zeros()
        if not relevant.nnz:
            return None
        return Interactions(tuple(user_ids), tuple(item_ids), train_matrix, masked, relevant)

    return interactions(train_matrix, validation_matrix), interactions(seen, test_matrix)


def read_interactions(
    examples_uri: str, catalogue_uri: str, mask_validation: bool
) -> tuple[Interactions | None, Interactions | None]:
    """Builds the interactions of the artifacts that ingestion wrote.

    Args:
        examples_uri: the events, with the splits train, validation and test.
        catalogue_uri: the item catalogue.
        mask_validation: see `build_interactions`.

    Returns:
        What `build_interactions` returns.

    Raises:
        FileNotFoundError: a split is not there.
    """

    def pairs(split: str) -> list[tuple[str, str]]:
        events = example_files.read_events(examples_uri, split)
        return [(event.user_id, event.item_id) for event in events]

    return build_interactions(
        train=pairs(columns.TRAIN),
        validation=pairs(columns.VALIDATION),
        test=pairs(columns.TEST),
        catalogue=[item.item_id for item in example_files.read_catalogue(catalogue_uri)],
        mask_validation=mask_validation,
    )


def require(interactions: Interactions | None, split: str) -> Interactions:
    """The interactions of the split.

    Raises:
        ValueError: nobody has anything to be found in it.
    """
    if interactions is None:
        raise ValueError(
            f"expected users with something to be found in the {split} split, received none: the "
            "split is empty, or all of it was met in training. Split the data otherwise, or "
            "evaluate another split."
        )
    return interactions
