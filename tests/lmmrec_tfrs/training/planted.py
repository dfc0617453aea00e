"""A small world with a planted structure that most-popular cannot see."""

import numpy as np

from lmmrec_tfrs.data import records
from lmmrec_tfrs.training.data import TrainingData, build_training_data

NUM_BLOCKS = 4


def planted_data(
    seed: int = 0, users_per_block: int = 30, items_per_block: int = 8
) -> TrainingData:
    """Users buy in their own block of items; text names the block of users and items.

    The last item of each block is in the catalogue alone: nobody has bought it.
    """
    generator = np.random.default_rng(seed)
    users = [f"user {n}" for n in range(NUM_BLOCKS * users_per_block)]
    items = [f"item {n}" for n in range(NUM_BLOCKS * items_per_block)]
    train, validation = [], []
    for user in range(len(users)):
        block = user % NUM_BLOCKS
        bought = block + NUM_BLOCKS * generator.permutation(items_per_block)[:5]
        train += [(user, item) for item in bought[:4]]
        validation.append((user, bought[4]))
    new_items = [f"new item {n}" for n in range(NUM_BLOCKS)]
    return build_training_data(
        users,
        items,
        np.array(train),
        np.array(validation),
        [records.Item(item) for item in items + new_items],
        _motivations(users, generator),
        _motivations(items, generator) + _motivations(new_items, generator),
    )


def _motivations(
    owners: list[str], generator: np.random.Generator
) -> list[records.OwnerMotivations]:
    return [
        records.OwnerMotivations(
            owner,
            weights=np.eye(NUM_BLOCKS, dtype=np.float32)[row % NUM_BLOCKS],
            vector=generator.normal(size=6).astype(np.float32),
            text_count=1 + row % 3,
        )
        for row, owner in enumerate(owners)
    ]
