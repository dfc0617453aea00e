"""The noise study's changes to the data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.retrieval_bench.bench_data import read_bench_data
from benchmarks.retrieval_bench.cells import Change
from benchmarks.retrieval_bench.changes import changed, randomise_interactions, swap_texts
from tests.benchmarks.toy_retrieval import write_toy


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return read_bench_data(write_toy(tmp_path_factory.mktemp("data") / "toy"))


def texts(motivations):
    return {record.owner_id: tuple(record.vector.tolist()) for record in motivations}


@given(share=st.floats(0, 1), seed=st.integers(0, 1000))
def test_swapping_moves_the_share_and_loses_no_text(data, share, seed):
    swapped = swap_texts(data, share, seed)
    for before, after in (
        (data.user_motivations, swapped.user_motivations),
        (data.item_motivations, swapped.item_motivations),
    ):
        old, new = texts(before), texts(after)
        assert old.keys() == new.keys()
        assert sorted(old.values()) == sorted(new.values())
        moved = sum(old[owner] != new[owner] for owner in old)
        drawn = round(share * len(old))
        assert moved == (0 if drawn == 1 else drawn)
    assert swapped.train == data.train


def test_reviews_go_with_the_texts_of_their_owners(data):
    swapped = swap_texts(data, 0.5, seed=0)
    owner_of = {v: k for k, v in texts(data.user_motivations).items()}
    moved = {owner: owner_of[text] for owner, text in texts(swapped.user_motivations).items()}
    assert moved != {owner: owner for owner in moved}
    for owner, source in moved.items():
        vectors = [
            sorted(r.vector.tolist() for r in reviews if r.user_id == name)
            for reviews, name in (
                (data.review_motivations, source),
                (swapped.review_motivations, owner),
            )
        ]
        assert vectors[0] == vectors[1]


@given(share=st.floats(0, 0.5), seed=st.integers(0, 1000))
def test_random_interactions_replace_the_share_and_tell_nothing_of_test(data, share, seed):
    noisy = randomise_interactions(data, share, seed)
    new = set(noisy.train) - set(data.train)
    assert len(new) == round(share * len(data.train))
    assert not new & (set(data.validation) | set(data.test))
    assert len(noisy.train) == len(data.train) == len(noisy.train_timestamps)
    # What is ranked and what is to be found stay the same, the random items aside.
    assert set(noisy.also_masked) == set(data.train) - set(noisy.train)
    users = [sorted(user for user, _ in pairs) for pairs in (data.train, noisy.train)]
    assert users[0] == users[1]


def test_the_same_is_still_to_be_found(data):
    _, before = data.interactions()
    _, after = randomise_interactions(data, 0.3, 0).interactions()
    assert (before.relevant != after.relevant).nnz == 0
    assert (before.masked > after.masked).nnz == 0


def test_the_seed_decides(data):
    assert randomise_interactions(data, 0.3, 1) != randomise_interactions(data, 0.3, 2)
    assert randomise_interactions(data, 0.3, 1) == randomise_interactions(data, 0.3, 1)


def test_a_change_is_made_by_its_kind(data):
    assert changed(data, Change()) is data
    noisy = changed(data, Change(kind="random_interactions", share=0.2, seed=3))
    assert noisy == randomise_interactions(data, 0.2, 3)
    swapped = changed(data, Change(kind="swapped_texts", share=1.0))
    assert texts(swapped.item_motivations) != texts(data.item_motivations)
