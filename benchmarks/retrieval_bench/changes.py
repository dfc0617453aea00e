"""The noise study's changes to the data: texts swapped between owners, random interactions."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from lmmrec_tfrs.data.records import OwnerMotivations

from .bench_data import BenchData, Pair
from .cells import Change


def changed(data: BenchData, change: Change) -> BenchData:
    """The data with the change made."""
    if change.kind == "swapped_texts":
        return swap_texts(data, change.share, change.seed)
    if change.kind == "random_interactions":
        return randomise_interactions(data, change.share, change.seed)
    return data


def swap_texts(data: BenchData, share: float, seed: int) -> BenchData:
    """A share of the users, and of the items, that have text get that of another of them.

    Args:
        data: the clean data.
        share: of the owners with text.
        seed: seeds who is drawn.
    """
    users, items = np.random.default_rng(seed).spawn(2)
    new_user = _rotation(data.user_motivations, share, users)
    new_item = _rotation(data.item_motivations, share, items)
    return dataclasses.replace(
        data,
        user_motivations=_dealt(data.user_motivations, new_user),
        item_motivations=_dealt(data.item_motivations, new_item),
        # A review by itself stands for its writer here and for its item there.
        review_motivations=tuple(
            dataclasses.replace(
                review,
                user_id=new_user.get(review.user_id, review.user_id),
                item_id=new_item.get(review.item_id, review.item_id),
            )
            for review in data.review_motivations
        ),
    )


def _rotation(
    motivations: Sequence[OwnerMotivations], share: float, rng: np.random.Generator
) -> dict[str, str]:
    """Who gets the texts of each of the drawn owners: the next of them; nobody keeps any."""
    owners = sorted(record.owner_id for record in motivations)
    drawn = [owners[row] for row in rng.permutation(len(owners))[: round(share * len(owners))]]
    return dict(zip(drawn, [*drawn[1:], *drawn[:1]], strict=True))


def _dealt(
    motivations: Sequence[OwnerMotivations], new_owner: Mapping[str, str]
) -> tuple[OwnerMotivations, ...]:
    return tuple(
        dataclasses.replace(record, owner_id=new_owner.get(record.owner_id, record.owner_id))
        for record in motivations
    )


def randomise_interactions(data: BenchData, share: float, seed: int) -> BenchData:
    """In a share of the train pairs the item becomes one that the user has nothing to do with.

    The item that was there stays out of the user's rankings, as it does with the clean data: what
    is to be found remains the same, and what is ranked, but for the random items, which are left
    out as all of train is.

    Args:
        data: the clean data.
        share: of the train pairs.
        seed: seeds which pairs and which items are drawn.
    """
    rng = np.random.default_rng(seed)
    items = sorted({item for _, item in data.train})
    taken = set(data.train) | set(data.validation) | set(data.test)
    # In an order of their own: Beam writes them in another one each time.
    ordered = sorted(zip(data.train, data.train_timestamps, strict=True))
    pairs = [pair for pair, _ in ordered]
    lost: list[Pair] = []
    for place in rng.permutation(len(pairs))[: round(share * len(pairs))]:
        user = pairs[place][0]
        free = [item for item in items if (user, item) not in taken]
        if free:
            lost.append(pairs[place])
            pairs[place] = (user, free[rng.integers(len(free))])
            taken.add(pairs[place])
    return dataclasses.replace(
        data,
        train=tuple(pairs),
        train_timestamps=tuple(timestamp for _, timestamp in ordered),
        also_masked=(*data.also_masked, *lost),
    )
