"""Joining vocabularies, pairs, catalogue and motivations."""

import dataclasses

import numpy as np
import pytest

from lmmrec_tfrs.data import records
from lmmrec_tfrs.training.data import OwnerTable, build_training_data


def _motivation(owner: str, value: float, width: int = 2) -> records.OwnerMotivations:
    vector = np.full(3, value, np.float32)
    return records.OwnerMotivations(owner, np.full(width, value, np.float32), vector, 2)


def _build(**changes):
    arguments = {
        "user_vocabulary": ["u0", "u1"],
        "item_vocabulary": ["i0", "i1"],
        "train_pairs": np.array([[0, 0], [0, 1], [1, 0]]),
        "validation_pairs": np.array([[1, 1], [2, 0], [0, 2]]),
        "catalogue": [records.Item("i1"), records.Item("new"), records.Item("new")],
        "user_motivations": [_motivation("u1", 0.5)],
        "item_motivations": [_motivation("new", 0.25), _motivation("gone", 1.0)],
        **changes,
    }
    return build_training_data(**arguments)


def test_candidates_are_the_vocabulary_and_the_rest_of_the_catalogue():
    data = _build()
    assert data.items.ids == ("i0", "i1", "new")
    assert data.items.num_embeddings == 2
    np.testing.assert_array_equal(data.items.interaction_counts, [2, 1, 0])
    np.testing.assert_array_equal(data.items.text_counts, [0, 0, 2])
    np.testing.assert_array_equal(data.items.motivation_weights[2], [0.25, 0.25])
    np.testing.assert_array_equal(data.users.interaction_counts, [2, 1])
    np.testing.assert_array_equal(data.users.text_vectors, [[0.0] * 3, [0.5] * 3])


def test_users_known_by_text_only_come_behind_the_vocabulary():
    motivations = [_motivation(user, value) for user, value in (("z", 0.1), ("u1", 0.5), ("x", 1))]
    data = _build(user_motivations=motivations)
    assert data.users.ids == ("u0", "u1", "x", "z")
    assert data.users.num_embeddings == 2
    np.testing.assert_array_equal(data.users.interaction_counts, [2, 1, 0, 0])
    np.testing.assert_array_equal(data.users.text_counts, [0, 2, 2, 2])
    np.testing.assert_array_equal(data.users.motivation_weights[2:, 0], np.float32([1, 0.1]))
    # No pair refers to them, and an index beyond the vocabulary is still one that train
    # does not know, not the first of them.
    assert data.train_pairs[:, 0].max() == 1
    np.testing.assert_array_equal(data.validation_pairs, [[1, 1]])


def test_validation_pairs_that_train_does_not_know_are_counted():
    data = _build()
    np.testing.assert_array_equal(data.validation_pairs, [[1, 1]])
    assert data.num_dropped_validation_pairs == 2


def test_validation_pairs_that_are_train_pairs_are_counted():
    """They are masked in the ranking, where nobody could find them."""
    data = _build(validation_pairs=np.array([[0, 1], [1, 1]]))
    np.testing.assert_array_equal(data.validation_pairs, [[1, 1]])
    assert data.num_dropped_validation_pairs == 1


def test_the_order_of_the_records_does_not_matter():
    pairs = np.array([[0, 0], [0, 1], [1, 0]])
    catalogue = [records.Item(name) for name in ("b", "a", "i1")]
    data = _build(catalogue=catalogue)
    again = _build(train_pairs=pairs[[2, 0, 1]], catalogue=catalogue[::-1])
    assert again.items.ids == data.items.ids == ("i0", "i1", "a", "b")
    np.testing.assert_array_equal(again.train_pairs, data.train_pairs)


def test_refuses_no_train_pairs_and_foreign_indices_and_mixed_widths():
    with pytest.raises(ValueError, match="train split has events"):
        _build(train_pairs=np.array([[2, 2]]))
    with pytest.raises(ValueError, match="different runs"):
        _build(train_pairs=np.array([[0, 3]]))
    with pytest.raises(ValueError, match="one taxonomy"):
        _build(user_motivations=[_motivation("u1", 0.5, width=4)])


def test_shuffling_deals_out_texts_among_owners_with_text():
    count = 40
    table = OwnerTable(
        ids=tuple(map(str, range(count))),
        num_embeddings=count,
        motivation_weights=np.arange(count, dtype=np.float32)[:, np.newaxis],
        text_vectors=10 * np.arange(count, dtype=np.float32)[:, np.newaxis],
        text_counts=np.where(np.arange(count) < 30, np.arange(count) + 1, 0),
        interaction_counts=np.arange(count),
    )
    shuffled = table.with_shuffled_text(seed=1)
    weights = shuffled.motivation_weights[:, 0]
    assert (weights[:30] != np.arange(30)).sum() > 20
    assert sorted(weights[:30]) == list(range(30))
    np.testing.assert_array_equal(weights[30:], np.arange(30, 40))
    # The parts of a text stay together, and behaviour stays where it was.
    np.testing.assert_array_equal(shuffled.text_vectors[:, 0], 10 * weights)
    np.testing.assert_array_equal(shuffled.text_counts[:30], weights[:30] + 1)
    np.testing.assert_array_equal(shuffled.interaction_counts, table.interaction_counts)
    again = table.with_shuffled_text(seed=1)
    for field in dataclasses.fields(table):
        np.testing.assert_array_equal(getattr(again, field.name), getattr(shuffled, field.name))
