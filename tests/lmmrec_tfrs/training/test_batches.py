"""The order of the train pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.training.batches import EpochBatches


def _batches(num_pairs: int, batch_size: int, seed: int = 0, replicas: int = 1) -> EpochBatches:
    examples = {"user": np.arange(num_pairs), "item": 10 * np.arange(num_pairs)}
    return EpochBatches(examples, batch_size, seed, replicas)


@given(st.integers(1, 50), st.integers(1, 20), st.integers(0, 5))
def test_an_epoch_has_each_pair_once_but_for_the_odd_rest(num_pairs: int, size: int, epoch: int):
    batches = _batches(num_pairs, size)
    steps = batches.steps(epoch, 0, batches.steps_per_epoch)
    users = steps["user"].ravel()
    assert steps["user"].shape == (batches.steps_per_epoch, min(size, num_pairs))
    assert len(set(users)) == len(users) > num_pairs - batches.batch_size
    np.testing.assert_array_equal(steps["item"], 10 * steps["user"])


@given(st.integers(0, 9), st.integers(0, 9))
def test_a_part_of_an_epoch_is_the_same_whatever_was_asked_before(start: int, steps: int):
    whole = _batches(20, 2).steps(3, 0, 10)["user"]
    batches = _batches(20, 2)
    batches.steps(7, 0, 1)
    part = batches.steps(3, start, min(start + steps, 10))["user"]
    np.testing.assert_array_equal(part, whole[start : start + steps])


def test_epochs_and_seeds_differ():
    first = _batches(20, 20).steps(0, 0, 1)["user"]
    assert (first != _batches(20, 20).steps(1, 0, 1)["user"]).any()
    assert (first != _batches(20, 20, seed=1).steps(0, 0, 1)["user"]).any()


def test_few_pairs_make_a_smaller_batch_that_replicas_can_share():
    assert _batches(5, 8).batch_size == 5
    assert _batches(5, 8, replicas=2).batch_size == 4
    with pytest.raises(ValueError, match="share evenly, received 7: the next multiple is 4 · 2"):
        _batches(20, 7, replicas=2)
    with pytest.raises(ValueError, match="train pair for each of 4 replicas, received 3"):
        _batches(3, 8, replicas=4)
