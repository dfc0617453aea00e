"""The cold study withholds what it says it does, and lets nothing of it through."""

import itertools

import pytest

from benchmarks.retrieval_bench import cold, data_sets
from benchmarks.retrieval_bench.bench_data import read_bench_data
from benchmarks.retrieval_bench.cold import withhold_items, withhold_users
from lmmrec_tfrs.data import columns, example_files
from tests.benchmarks.toy_retrieval import prepared_toy, toy_events

KNOWN = (columns.TRAIN, columns.VALIDATION)


def pairs(events):
    return {(event.user_id, event.item_id) for event in events}


@pytest.fixture
def splits():
    return toy_events()


def test_withheld_items_are_in_test_alone_and_no_event_is_lost(splits):
    changed = withhold_items(splits, 0.25, seed=0)
    items = {event.item_id for event in splits[columns.TRAIN]}
    left = {event.item_id for event in changed.splits[columns.TRAIN]}
    withheld = items - left
    assert len(withheld) == round(0.25 * len(items))
    assert not withheld & {event.item_id for event in changed.splits[columns.VALIDATION]}
    before, after = (
        sorted(pairs(itertools.chain(*part.values()))) for part in (splits, changed.splits)
    )
    assert before == after
    assert changed.texts == changed.also_masked == []


def test_withheld_users_are_known_by_text_alone(splits):
    changed = withhold_users(splits, 0.25, seed=0)
    users = {event.user_id for event in splits[columns.TRAIN]}
    left = {event.user_id for split in KNOWN for event in changed.splits[split]}
    withheld = users - left
    assert len(withheld) == round(0.25 * len(users))
    assert {event.user_id for event in changed.texts} == withheld
    assert all(not event.is_interaction for event in changed.texts)
    # A review that stays as text is neither to be found nor ranked; no other is in any text.
    spoken = pairs(changed.texts)
    assert pairs(changed.also_masked) == spoken
    assert not spoken & pairs(changed.splits[columns.TEST])
    assert not {e.text for e in changed.texts} & {e.text for e in changed.splits[columns.TEST]}
    everything = pairs(itertools.chain(*splits.values()))
    assert pairs(itertools.chain(*changed.splits.values())) | spoken == everything
    # Of three reviews one stays, and all four other items are to be found.
    for user in withheld:
        assert sum(event.user_id == user for event in changed.texts) == 1
        assert sum(event.user_id == user for event in changed.splits[columns.TEST]) == 4


def test_users_without_two_reviews_with_text_are_not_withheld(splits):
    silent = {
        split: [event.__class__(event.user_id, event.item_id) for event in events]
        for split, events in splits.items()
    }
    assert withhold_users(silent, 0.5, seed=0).texts == []


def test_the_seed_decides(splits):
    assert withhold_items(splits, 0.3, seed=1) == withhold_items(splits, 0.3, seed=1)
    assert withhold_items(splits, 0.3, seed=1) != withhold_items(splits, 0.3, seed=2)


@pytest.mark.slow
@pytest.mark.campaign
@pytest.mark.parametrize("side", cold.SIDES)
def test_extraction_sees_nothing_that_was_withheld(side, tmp_path, monkeypatch):
    """By the real extraction, with the encoder alone."""
    configuration = tmp_path / "toy.yaml"
    prepared = prepared_toy(tmp_path)
    settings = ("motivation.strategy=encode",)
    toy = data_sets.DataSet("toy", str(configuration), None, settings)
    monkeypatch.setitem(data_sets.DATA_SETS, "toy", toy)
    changed = cold.prepare_cold(prepared, side, 0.25, seed=0)
    assert changed is not None
    data = read_bench_data(changed.folder)
    whole = read_bench_data(prepared.folder)
    column = 1 if side == "items" else 0
    withheld = {pair[column] for pair in whole.train} - {pair[column] for pair in data.train}
    assert withheld
    motivations = data.item_motivations if side == "items" else data.user_motivations
    counts = {record.owner_id: record.text_count for record in motivations}
    # A withheld item has its catalogue text, a withheld user the one review that was kept.
    assert {counts[owner] for owner in withheld} == {1}
    reviews = example_files.read_review_motivations(changed.folder.artifact("motivations"))
    assert pairs(reviews) - {(user, "") for user in withheld} <= set(data.train)
    # Prepared once.
    assert cold.prepare_cold(prepared, side, 0.25, seed=0) == changed
