"""A data set as records, before they are joined: the form in which studies change it."""

import dataclasses
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.data.records import ColdMotivations, Item, OwnerMotivations, ReviewMotivations
from lmmrec_tfrs.evaluation.interactions import Interactions, build_interactions, require
from lmmrec_tfrs.training.data import TrainingData, build_training_data
from lmmrec_tfrs.training.histories import NO_TIMESTAMP

from .prepared import ALSO_MASKED, PreparedFolder

Pair = tuple[str, str]


@dataclasses.dataclass(frozen=True)
class BenchData:
    """Pairs of user and item by split, the catalogue, and the motivations of users and items.

    `review_motivations` are those of the reviews one by one. `train_timestamps` belong to
    `train`. `also_masked` are pairs that are left out of the rankings beside those of train and
    validation.
    """

    train: tuple[Pair, ...]
    train_timestamps: tuple[int, ...]
    validation: tuple[Pair, ...]
    test: tuple[Pair, ...]
    catalogue: tuple[Item, ...]
    user_motivations: tuple[OwnerMotivations, ...]
    item_motivations: tuple[OwnerMotivations, ...]
    review_motivations: tuple[ReviewMotivations, ...] = ()
    also_masked: tuple[Pair, ...] = ()

    def training_data(self) -> TrainingData:
        """The tables and pairs that a model trains on."""
        users = sorted({user for user, _ in self.train})
        items = sorted({item for _, item in self.train})
        user_rows = {user: row for row, user in enumerate(users)}
        item_rows = {item: row for row, item in enumerate(items)}

        def rows(pairs: Sequence[Pair]) -> np.ndarray:
            found = [(user_rows.get(u, len(users)), item_rows.get(i, len(items))) for u, i in pairs]
            return np.array(found, np.int64).reshape(-1, 2)

        return build_training_data(
            user_vocabulary=users,
            item_vocabulary=items,
            train_pairs=rows(self.train),
            validation_pairs=rows(self.validation),
            catalogue=self.catalogue,
            user_motivations=self.user_motivations,
            item_motivations=self.item_motivations,
            train_timestamps=np.array(self.train_timestamps, np.int64),
            review_motivations=self.review_motivations,
        )

    def interactions(self) -> tuple[Interactions, Interactions]:
        """What is to be found in validation and in test; on test, validation is masked."""
        validation, test = build_interactions(
            self.train,
            self.validation,
            self.test,
            [item.item_id for item in self.catalogue],
            mask_validation=True,
        )
        return (
            self._mask(require(validation, columns.VALIDATION)),
            self._mask(require(test, columns.TEST)),
        )

    def _mask(self, interactions: Interactions) -> Interactions:
        if not self.also_masked:
            return interactions
        users = {user: row for row, user in enumerate(interactions.user_ids)}
        items = {item: row for row, item in enumerate(interactions.item_ids)}
        masked = interactions.masked.tolil(copy=True)
        for user, item in self.also_masked:
            if user in users and item in items:
                masked[users[user], items[item]] = True
        masked = masked.tocsr()
        relevant = (interactions.relevant > masked).tocsr()
        relevant.eliminate_zeros()
        return dataclasses.replace(interactions, masked=masked, relevant=relevant)

    def hashed_events(self) -> "hashlib._Hash":
        """A hash that has seen the events and the catalogue, whatever their order."""
        state = hashlib.sha256()
        for part in (
            sorted(zip(self.train, self.train_timestamps, strict=True)),
            *(sorted(pairs) for pairs in (self.validation, self.test, self.also_masked)),
            sorted(self.catalogue, key=lambda item: item.item_id),
        ):
            state.update(repr(part).encode("utf-8"))
        return state

    def digest(self) -> str:
        """A hash of all that a model can see and is measured by."""
        state = self.hashed_events()
        for motivations in (self.user_motivations, self.item_motivations):
            for record in sorted(motivations, key=lambda record: record.owner_id):
                state.update(f"{record.owner_id}\0{record.text_count}\n".encode())
                state.update(_content(record))
                if record.cold is not None:
                    state.update(f"cold {record.cold.text_count}\n".encode())
                    state.update(_content(record.cold))
        for owners, content in sorted(
            ((review.user_id, review.item_id), _content(review))
            for review in self.review_motivations
        ):
            state.update(repr(owners).encode("utf-8") + content)
        return state.hexdigest()[:16]

    def counts(self) -> dict[str, int]:
        """How much there is of everything."""
        _, test = self.interactions()
        return {
            "users": len({user for user, _ in self.train}),
            "candidates": test.num_items,
            "candidates without training interactions": int((test.item_counts == 0).sum()),
            "train pairs": len(self.train),
            "validation pairs": len(self.validation),
            "test pairs": len(self.test),
            "test users": len(test.evaluated_users),
            "users with text": len(self.user_motivations),
            "items with text": len(self.item_motivations),
        }


def _content(record: OwnerMotivations | ColdMotivations | ReviewMotivations) -> bytes:
    return bytes(record.weights.tobytes() + record.vector.tobytes())


def read_bench_data(folder: PreparedFolder) -> BenchData:
    """Reads a prepared folder.

    Raises:
        FileNotFoundError: it is not complete.
    """
    examples = folder.artifact("examples")
    splits = list(columns.EVENT_SPLITS)
    if Path(example_files.split_directory(examples, ALSO_MASKED)).is_dir():
        splits.append(ALSO_MASKED)
    events = {
        split: [
            event
            for event in example_files.read_events(examples, split)
            if event.user_id and event.item_id and event.is_interaction
        ]
        for split in splits
    }
    pairs = {
        split: tuple((event.user_id, event.item_id) for event in found)
        for split, found in events.items()
    }
    motivations = folder.artifact("motivations")
    return BenchData(
        train=pairs[columns.TRAIN],
        train_timestamps=tuple(
            NO_TIMESTAMP if event.timestamp is None else event.timestamp
            for event in events[columns.TRAIN]
        ),
        validation=pairs[columns.VALIDATION],
        test=pairs[columns.TEST],
        catalogue=tuple(example_files.read_catalogue(folder.artifact("catalogue"))),
        user_motivations=tuple(example_files.read_owner_motivations(motivations, columns.USERS)),
        item_motivations=tuple(example_files.read_owner_motivations(motivations, columns.ITEMS)),
        review_motivations=tuple(example_files.read_review_motivations(motivations)),
        also_masked=pairs.get(ALSO_MASKED, ()),
    )
