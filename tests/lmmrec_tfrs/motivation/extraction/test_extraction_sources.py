"""Other texts than reviews, and what is masked in all of them."""

import json

import pytest

from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.data.records import Event, Item
from lmmrec_tfrs.privacy.user_ids import UserIdHasher
from tests.lmmrec_tfrs.motivation.extraction.running import owners, run_on

EVENTS = [
    Event("ann", "coat", "So warm in the snow. Write to ann@example.com about it."),
    Event("bob", "ring", "A wedding needs a ring."),
]
TEXTS = [
    Event("eve", "", "a gift for a birthday", source="query"),
    Event("ann", "ring", "wedding of a friend, ask eve@example.com", source="wishlist"),
    Event("ann", "", " ", source="note"),
]
ITEMS = [Item("coat", title="Winter coat"), Item("ring", title="Wedding ring")]


def run(root, events=EVENTS, texts=TEXTS, **config):
    return run_on(root, events, ITEMS, texts, cache_directory=str(root / "cache"), **config)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    root = tmp_path_factory.mktemp("sources")
    return (root, *run(root))


def test_texts_without_a_purchase_speak_for_their_users_only(read):
    _, output, report = read
    users, items = owners(output, columns.USERS), owners(output, columns.ITEMS)

    assert users["eve"].evidence[0].motivation == "gift"
    assert users["ann"].text_count == 2
    assert items["ring"].text_count == 2  # a review and the catalogue, not the wish
    assert len(list(example_files.read_review_motivations(output))) == 2
    assert report.texts_read == 2
    assert report.language_model.texts == 4


def test_personal_data_reaches_no_artifact_and_no_cache(read):
    root, output, report = read
    users = owners(output, columns.USERS)
    quotes = [e.quote for user in users.values() for e in user.evidence]

    assert dict(report.masked) == {"email": 2}
    assert any("[EMAIL]" in quote for quote in quotes)
    assert not any("example.com" in quote for quote in quotes)
    written = json.loads((root / "out" / "extraction_report.json").read_text())
    assert written["masked"] == {"email": 2}


def test_profiles_take_the_reviews_place(tmp_path):
    profiles = [
        {
            "user_id": "ann",
            "motivations": [
                {"motivation": "wedding of the bride", "evidence": ["I am getting married"]},
                {"motivation": "cold snow", "polarity": "avoids", "weight": 0.5},
            ],
        },
        {"user_id": "bob", "motivations": [{"motivation": "warm winter coat"}]},
    ]
    (tmp_path / "users.jsonl").write_text("\n".join(map(json.dumps, profiles)))
    output, report = run(
        tmp_path, strategy="precomputed", precomputed={"users": str(tmp_path / "users.jsonl")}
    )
    users, items = owners(output, columns.USERS), owners(output, columns.ITEMS)

    assert set(users) == {"ann", "bob", "eve"}  # and eve from her query
    assert set(items) == {"coat", "ring"}  # from the catalogue
    seeks = [e for e in users["ann"].evidence if e.polarity == "seeks"]
    avoids = [e for e in users["ann"].evidence if e.polarity == "avoids"]
    assert seeks[0].motivation == "wedding"
    assert "I am getting married" in {e.quote for e in seeks}
    assert [(e.motivation, e.quote) for e in avoids] == [("cold snow", "cold snow")]
    assert users["bob"].evidence[0].motivation == "warmth"
    assert list(example_files.read_review_motivations(output)) == []
    assert (report.profiles_read, report.reviews_read) == (2, 0)


def test_users_of_profiles_are_hashed_as_those_of_events_are(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("TEST_KEY", "k" * 32)
    ids = [f"user-{number}" for number in range(30)]
    motivations = [{"motivation": "wedding of the bride"}]
    lines = [json.dumps({"user_id": i, "motivations": motivations}) for i in ids]
    lines.append('{"user_id": "bob"}')
    (tmp_path / "users.jsonl").write_text("\n".join(lines))
    output, report = run(
        tmp_path,
        texts=[],
        strategy="precomputed",
        precomputed={"users": str(tmp_path / "users.jsonl")},
        privacy={"hash_user_ids": True, "key_environment_variable": "TEST_KEY"},
    )
    assert set(owners(output, columns.USERS)) == set(map(UserIdHasher(b"k" * 32).hash, ids))
    assert report.profiles_quarantined == 1
    assert "users.jsonl" in caplog.text
    assert "bob" not in caplog.text


def test_an_items_profile_takes_the_catalogues_place(tmp_path):
    profiles = [
        {"item_id": "ring", "motivations": [{"motivation": "birthday present"}]},
        {"item_id": "veil", "motivations": [{"motivation": "wedding of the bride"}]},
    ]
    (tmp_path / "items.jsonl").write_text("\n".join(map(json.dumps, profiles)))
    output, _ = run(
        tmp_path, strategy="precomputed", precomputed={"items": str(tmp_path / "items.jsonl")}
    )
    items = owners(output, columns.ITEMS)

    assert [items[i].text_count for i in ("ring", "coat")] == [1, 1]
    assert items["ring"].evidence[0].motivation == "gift"


def test_missing_profiles_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"precomputed\.users"):
        run(tmp_path, strategy="precomputed", precomputed={"users": str(tmp_path / "none")})
