"""The committed labels, and the taxonomies that only the benchmark uses."""

import json

import pytest

from benchmarks.extraction_quality import rent_the_runway, skytrax, steam_labels, steam_selection
from lmmrec_tfrs.motivation.taxonomy import Taxonomy
from tests.real_data import require_data


def rows():
    return [json.loads(line) for line in steam_labels.LABELS.read_text().splitlines()]


def test_labels_are_ids_and_names_of_the_taxonomy_and_hold_no_text():
    names = set(Taxonomy.load(steam_labels.TAXONOMY).names)
    assert len(rows()) == steam_selection.NUM_REVIEWS
    for row in rows():
        assert list(row) == ["user_id", "item_id", "motivations"]
        assert len(row["user_id"]) <= 20
        assert row["item_id"].isdigit()
        assert set(row["motivations"]) <= names
        assert len(set(row["motivations"])) == len(row["motivations"]) <= 3
    assert len({(row["user_id"], row["item_id"]) for row in rows()}) == len(rows())


def test_the_labelled_reviews_are_those_that_the_seed_draws():
    reviews = steam_selection.read_steam(require_data("steam", "reviews.parquet"))
    drawn = steam_selection.select(reviews)
    assert [(row["user_id"], row["item_id"]) for row in rows()] == list(
        zip(drawn["user_id"], drawn["item_id"], strict=True)
    )
    words = [
        len(text.split()) for text in steam_labels.texts_of(steam_labels.read_labels(), reviews)
    ]
    assert min(words) >= steam_selection.MIN_WORDS
    assert sum(count >= steam_selection.STRATA[-1] for count in words) == 15


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("I play this with my friends and it is a lot of fun", True),
        ("Ein sehr gutes Spiel, das macht richtig viel Laune", False),
        ("очень хорошая игра, советую всем", False),
        ("", False),
    ],
)
def test_english_is_told_by_its_common_words(text, english):
    assert steam_selection.is_english(text) is english


def test_benchmark_taxonomies_match_the_classes_they_are_judged_by():
    assert len(Taxonomy.load(str(skytrax.TAXONOMY))) == len(skytrax.CLASSES)
    assert Taxonomy.load(str(rent_the_runway.TAXONOMY)).names == rent_the_runway.CLASSES
