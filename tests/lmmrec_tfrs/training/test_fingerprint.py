"""Whether data are the same."""

import dataclasses

import numpy as np
import pytest

from lmmrec_tfrs.training.fingerprint import fingerprint
from tests.lmmrec_tfrs.training.planted import planted_data


def test_the_same_data_have_the_same_fingerprint():
    assert fingerprint(planted_data(seed=1)) == fingerprint(planted_data(seed=1))


def test_any_change_of_the_data_shows():
    data = planted_data()
    pairs = data.train_pairs.copy()
    pairs[0, 1] += 1
    renamed = dataclasses.replace(data.users, ids=("somebody", *data.users.ids[1:]))
    changes = [
        dataclasses.replace(data, train_pairs=pairs),
        dataclasses.replace(data, train_pairs=data.train_pairs[:-1]),
        dataclasses.replace(data, users=renamed),
        dataclasses.replace(data, num_dropped_validation_pairs=1),
    ]
    assert len({fingerprint(changed) for changed in [data, *changes]}) == 5


def test_boundaries_and_types_count():
    values = [["ab", "c"], ["a", "bc"], ["abc"], [1], ["1"], [1.0], [True], [None], [["ab", "c"]]]
    assert len({fingerprint(value) for value in values}) == len(values)
    transposed = np.arange(6).reshape(2, 3)
    assert fingerprint(transposed.T) == fingerprint(transposed.T.copy())
    assert fingerprint(transposed) != fingerprint(transposed.reshape(3, 2))


def test_refuses_what_has_no_fixed_form():
    with pytest.raises(TypeError, match="received object"):
        fingerprint([object()])
