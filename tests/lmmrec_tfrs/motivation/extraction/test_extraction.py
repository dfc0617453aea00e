"""The extraction as a Beam pipeline, with stand-ins for the models."""

import json

import numpy as np
import pytest

from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.data.records import Event, Item
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.extraction.pipeline import run_extraction
from lmmrec_tfrs.motivation.taxonomy import Taxonomy
from tests.lmmrec_tfrs.motivation.extraction.running import owners, run_on
from tests.lmmrec_tfrs.motivation.fakes import DIMENSION, SMALL_TAXONOMY, FakeModels
from tests.local_beam import local_pipeline

EVENTS = [
    Event("ann", "coat", "So warm in the snow all winter. Nice colour."),
    Event("ann", "ring", "A wedding needs a ring and the bride loved it."),
    Event("bob", "coat", "My birthday present, a gift for the cold days."),
    Event("bob", "ring", "   "),
    Event("cid", "ring", "🔥🔥"),
    Event("dan", "ring", ""),
]
ITEMS = [
    Item("coat", title="Winter coat", description="Keeps warm in snow."),
    Item("ring", title="Wedding ring"),
    Item("card", title="Gift card", categories=("birthday",)),
    Item("void"),
]


def run(tmp_path, **config):
    return run_on(tmp_path, EVENTS, ITEMS, name="motivations", **config)


@pytest.mark.parametrize("strategy", ["encode", "score"])
def test_reviews_users_and_items_get_their_motivations(tmp_path, strategy):
    output, report = run(tmp_path, strategy=strategy)
    reviews = {(r.user_id, r.item_id): r for r in example_files.read_review_motivations(output)}
    users, items = owners(output, columns.USERS), owners(output, columns.ITEMS)
    names = SMALL_TAXONOMY.names

    assert set(reviews) == {("ann", "coat"), ("ann", "ring"), ("bob", "coat"), ("cid", "ring")}
    assert names[int(np.argmax(reviews["ann", "coat"].weights))] == "warmth"
    assert names[int(np.argmax(reviews["ann", "ring"].weights))] == "wedding"
    assert names[int(np.argmax(reviews["bob", "coat"].weights))] == "gift"
    assert reviews["ann", "coat"].evidence[0].quote == "So warm in the snow all winter."
    assert set(users) == {"ann", "bob", "cid"}
    assert set(items) == {"coat", "ring", "card"}
    assert [items[i].text_count for i in ("coat", "ring", "card")] == [3, 3, 1]
    assert users["ann"].text_count == 2
    np.testing.assert_allclose(
        users["ann"].weights,
        (reviews["ann", "coat"].weights + reviews["ann", "ring"].weights) / 2,
        rtol=1e-5,
    )
    assert items["card"].evidence[0].motivation == "gift"
    assert items["card"].evidence[0].quote in "Gift card. birthday."
    for record in [*reviews.values(), *users.values(), *items.values()]:
        assert record.weights.shape == (3,)
        assert record.weights.min() >= 0
        assert record.weights.sum() == pytest.approx(1.0, abs=1e-5)
        assert record.vector.shape == (DIMENSION,)
    assert (report.reviews_read, report.events_without_text) == (4, 2)
    assert (report.catalogue_texts_read, report.items_without_text) == (3, 1)


def test_quotes_are_verbatim_in_a_text_of_their_owner(tmp_path):
    output, _ = run(tmp_path)
    texts = {}
    for event in EVENTS:
        texts.setdefault(event.user_id, []).append(event.text)
    for user_id, owner in owners(output, columns.USERS).items():
        assert len(owner.evidence) == 3
        for evidence in owner.evidence:
            assert any(evidence.quote in text for text in texts[user_id])


@pytest.mark.parametrize(("budget", "expected"), [(0, 0), (3, 3)])
def test_the_language_model_keeps_to_its_budget(tmp_path, budget, expected):
    output, report = run(tmp_path, strategy="score", max_language_model_texts=budget)
    written = json.loads((tmp_path / "motivations" / "extraction_report.json").read_text())

    assert report.language_model.texts == expected
    assert written["reviews_read_by_language_model"] == expected
    assert report.encoder.texts == 7
    assert len(list(example_files.read_review_motivations(output))) == 4


def test_the_report_and_the_taxonomy_lie_at_the_root(tmp_path):
    output, _ = run(tmp_path, strategy="encode", seed=7)
    written = json.loads((tmp_path / "motivations" / "extraction_report.json").read_text())

    assert Taxonomy.load(f"{output}/taxonomy.yaml") == SMALL_TAXONOMY
    assert written["strategy"] == "encode"
    assert written["num_motivations"] == 3
    assert written["seed"] == 7
    assert written["language_model"] is None
    assert written["encoder"]["sha256"] == "fake encoder"
    assert written["encoder"]["tokens"] > 0


def test_a_missing_split_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="split 'train'"):
        run_extraction(
            local_pipeline,
            str(tmp_path),
            str(tmp_path),
            str(tmp_path / "out"),
            ExtractionConfig(),
            SMALL_TAXONOMY,
            FakeModels(),
        )


@pytest.mark.slow
def test_two_runs_agree(tmp_path):
    first, _ = run(tmp_path / "a", max_language_model_texts=2)
    second, _ = run(tmp_path / "b", max_language_model_texts=2)
    for split in (columns.USERS, columns.ITEMS):
        one, two = owners(first, split), owners(second, split)
        for key in one:
            np.testing.assert_allclose(one[key].weights, two[key].weights, rtol=1e-6)
            assert one[key].evidence == two[key].evidence
