"""The attributes of items: commonest categories and brands, and the price."""

import collections
import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lmmrec_tfrs.data import records

MAXIMUM_NAMES = 256


@dataclasses.dataclass(frozen=True)
class Attributes:
    """What is known of owners, row by row, and what each column is.

    `names` has `num_attributes` entries, `values` is float32 `[num_owners, num_attributes]`.
    """

    names: tuple[str, ...]
    values: NDArray[np.float32]

    def with_columns(self, names: Sequence[str]) -> "Attributes":
        """The attributes in columns of other names; zero where there is no such column here.

        >>> known = Attributes(("category: hats", "brand: A"), np.array([[1, 2]], np.float32))
        >>> known.with_columns(["brand: A", "brand: B"]).values
        array([[2., 0.]], dtype=float32)
        """
        values = np.zeros((len(self.values), len(names)), np.float32)
        for column, name in enumerate(names):
            if name in self.names:
                values[:, column] = self.values[:, self.names.index(name)]
        return Attributes(tuple(names), values)


def item_attributes(
    item_ids: Sequence[str],
    catalogue: Sequence[records.Item],
    maximum_names: int = MAXIMUM_NAMES,
) -> Attributes | None:
    """The attributes of items, row by row.

    A column each for the commonest categories and brands of the catalogue (those of a single item
    say nothing of others), 1 where the item has it; then, where anything has a price, its
    logarithm, standardised, and 1 where it is missing.

    Args:
        item_ids: the items, in the order of the rows.
        catalogue: what is known of them; an item that is not in it has no attributes.
        maximum_names: how many categories and brands have a column at most.

    Returns:
        The attributes of `item_ids`; None where the catalogue has none.

    >>> catalogue = [
    ...     records.Item("a", categories=("shoes",), price=10.0),
    ...     records.Item("b", categories=("shoes",), price=1000.0),
    ... ]
    >>> attributes = item_attributes(["b", "a", "unheard of"], catalogue)
    >>> attributes.names
    ('category: shoes', 'log price', 'no price')
    >>> attributes.values
    array([[ 1.,  1.,  0.],
           [ 1., -1.,  0.],
           [ 0.,  0.,  1.]], dtype=float32)
    """
    item_of = {item.item_id: item for item in catalogue}
    counts = collections.Counter(name for item in item_of.values() for name in _names(item))
    # Ties go by name, so that the same catalogue has the same columns.
    ordered = sorted((-count, name) for name, count in counts.items() if count > 1)
    column_of = {name: column for column, (_, name) in enumerate(ordered[:maximum_names])}
    names = np.zeros((len(item_ids), len(column_of)), np.float32)
    logarithms = np.full(len(item_ids), np.nan)
    for row, item_id in enumerate(item_ids):
        if (item := item_of.get(item_id)) is None:
            continue
        for name in _names(item):
            if name in column_of:
                names[row, column_of[name]] = 1.0
        if item.price is not None and item.price > 0.0:
            logarithms[row] = np.log(item.price)
    titles = tuple(f"{kind}: {name}" for kind, name in column_of)
    missing = np.isnan(logarithms)
    if missing.all():
        return Attributes(titles, names) if titles else None
    deviation = np.nanstd(logarithms) or 1.0
    standardised = np.where(missing, 0.0, (logarithms - np.nanmean(logarithms)) / deviation)
    values = np.column_stack([names, standardised, missing]).astype(np.float32)
    return Attributes((*titles, "log price", "no price"), values)


def _names(item: records.Item) -> set[tuple[str, str]]:
    """The item's categories and brand, told apart where they share a word."""
    names = {("category", category) for category in item.categories}
    return names | ({("brand", item.brand)} if item.brand else set())
