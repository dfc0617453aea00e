"""The attributes of items."""

import numpy as np

from lmmrec_tfrs.data import records
from lmmrec_tfrs.training.attributes import item_attributes

CATALOGUE = [
    records.Item("a", categories=("Coats", "Sale"), brand="Sale", price=1.0),
    records.Item("b", categories=("Coats",), brand="Sale", price=np.e),
    records.Item("c", categories=("Sale", "Sale", "Rare"), price=0.0),
]


def test_columns_are_the_commonest_names_and_the_price_with_its_absence():
    attributes = item_attributes(["c", "a", "b", "vanished"], CATALOGUE)
    # Brand "Sale", category "Coats", category "Sale", two items each, in the order of their names;
    # "Rare" has one. The log prices 0 and 1 have the mean and deviation 1/2; 0.0 is no price.
    np.testing.assert_allclose(
        attributes.values,
        [[0, 0, 1, 0, 1], [1, 1, 1, -1, 0], [1, 1, 0, 1, 0], [0, 0, 0, 0, 1]],
        atol=1e-6,
    )
    assert attributes.names == (
        "brand: Sale",
        "category: Coats",
        "category: Sale",
        "log price",
        "no price",
    )


def test_the_commonest_come_first_where_there_are_too_many():
    catalogue = [*CATALOGUE, records.Item("d", categories=("Coats",))]
    attributes = item_attributes(["a", "c"], catalogue, maximum_names=1)
    np.testing.assert_array_equal(attributes.values[:, 0], [1, 0])
    assert attributes.names == ("category: Coats", "log price", "no price")


def test_a_catalogue_that_says_nothing_gives_none():
    assert item_attributes(["a"], [records.Item("a", title="A title")]) is None
    assert item_attributes(["a"], []) is None


def test_one_price_stays_finite_and_the_order_of_the_catalogue_does_not_matter():
    assert np.isfinite(item_attributes(["a"], CATALOGUE[:1]).values).all()
    ids = ["a", "b", "c"]
    forwards, backwards = (item_attributes(ids, order) for order in (CATALOGUE, CATALOGUE[::-1]))
    np.testing.assert_array_equal(forwards.values, backwards.values)
    assert forwards.names == backwards.names
