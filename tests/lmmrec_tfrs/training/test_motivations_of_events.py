"""Rolling the texts of events up to their users and items."""

import numpy as np
import pytest

from lmmrec_tfrs.data.records import Item
from lmmrec_tfrs.training.events import Events
from lmmrec_tfrs.training.motivations import read_motivations
from tests.lmmrec_tfrs.training.event_readers import BlockReader


def test_means_by_hand():
    events = Events(
        ("u", "u", "v", "v"), ("a", "b", "a", "b"), ("0 warm", "1 gift", " 0 warm ", " ")
    )
    catalogue = [Item("a", title="1 scarf"), Item("c", title="2 coat"), Item("b")]
    reader = BlockReader()
    motivations = read_motivations(reader, events, catalogue)
    # What people say comes first, and each text once.
    assert reader.calls == [["0 warm", "1 gift"], ["1 scarf.", "2 coat."]]
    users = {record.owner_id: record for record in motivations.users}
    items = {record.owner_id: record for record in motivations.items}
    assert {owner: record.text_count for owner, record in users.items()} == {"u": 2, "v": 1}
    assert {owner: record.text_count for owner, record in items.items()} == {"a": 3, "b": 1, "c": 1}
    np.testing.assert_allclose(users["u"].weights, [0.5, 0.5, 0.0, 0.0])
    np.testing.assert_allclose(users["u"].vector, [0.5**0.5, 0.5**0.5, 0.0, 0.0], rtol=1e-6)
    np.testing.assert_allclose(items["a"].weights, [2 / 3, 1 / 3, 0.0, 0.0], rtol=1e-6)
    np.testing.assert_allclose(items["a"].vector, np.array([2, 1, 0, 0]) / 5**0.5, rtol=1e-6)
    # Without its reviews an item is what the catalogue says of it; users have reviews only.
    assert items["a"].cold.text_count == items["c"].cold.text_count == 1
    np.testing.assert_array_equal(items["a"].cold.weights, [0.0, 1.0, 0.0, 0.0])
    assert items["b"].cold is users["u"].cold is None
    assert [(review.user_id, review.item_id) for review in motivations.reviews] == [
        ("u", "a"),
        ("u", "b"),
        ("v", "a"),
    ]


@pytest.mark.parametrize("texts", [None, ("", "  ")])
def test_no_text_at_all_is_an_error(texts):
    with pytest.raises(ValueError, match="'text' that is not blank"):
        read_motivations(BlockReader(), Events(("u", "v"), ("a", "a"), texts), [Item("a")])
