"""Tests of the bundled sample: the committed files, and the generator that wrote them."""

import collections
import gzip
import json
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import lmmrec_tfrs
from lmmrec_tfrs.privacy.config import PrivacyConfig
from lmmrec_tfrs.privacy.masking import Masker
from tfx_pipeline.sample import faults, grammar
from tfx_pipeline.sample.clauses import Clauses
from tfx_pipeline.sample.configuration import SampleConfig
from tfx_pipeline.sample.generate import main
from tfx_pipeline.sample.sample import (
    ARTICLES_FILE,
    DATA_DIRECTORY,
    REVIEWS_FILE,
    TEXTS_FILE,
    TRUTH_FILE,
    Sample,
    make_sample,
    write_sample,
)
from tfx_pipeline.sample.wording import Wording

FILES = (REVIEWS_FILE, ARTICLES_FILE, TEXTS_FILE, TRUTH_FILE)
NUM_REVIEWS = 5000
NUM_TEXTS = 420
NUM_FAULTS = 13


def _lines(name: str, directory: Path = DATA_DIRECTORY) -> list[bytes]:
    return gzip.decompress((directory / name).read_bytes()).splitlines()


@pytest.fixture(scope="module")
def sample() -> Sample:
    return make_sample(SampleConfig())


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("sample")
    main(["--output", str(directory), "--seed", "0"])
    return directory


@pytest.fixture(scope="module")
def reviews() -> list[dict[str, Any]]:
    return [json.loads(line) for line in _lines(REVIEWS_FILE)[:NUM_REVIEWS]]


@pytest.fixture(scope="module")
def articles() -> list[dict[str, Any]]:
    return [json.loads(line) for line in _lines(ARTICLES_FILE)]


@pytest.fixture(scope="module")
def texts() -> list[dict[str, Any]]:
    return [json.loads(line) for line in _lines(TEXTS_FILE)]


@pytest.fixture(scope="module")
def truth() -> dict[str, list[dict[str, Any]]]:
    kinds = collections.defaultdict(list)
    for line in _lines(TRUTH_FILE):
        row = json.loads(line)
        kinds[row["kind"]].append(row)
    return kinds


def test_committed_files_equal_a_regeneration(regenerated: Path) -> None:
    for name in FILES:
        # The uncompressed bytes: another build of zlib may compress them otherwise.
        assert _lines(name) == _lines(name, regenerated), (
            f"{name} is stale: run python -m tfx_pipeline.sample.generate"
        )
        assert (DATA_DIRECTORY / name).read_bytes()[4:8] == bytes(4)  # gzip's time stamp


def test_generating_again_gives_the_same_bytes(
    sample: Sample, regenerated: Path, tmp_path: Path
) -> None:
    write_sample(sample, tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (regenerated / name).read_bytes()


def test_another_seed_gives_another_sample() -> None:
    small = {"num_shoppers": 40, "num_articles": 30, "num_reviews": 120}
    first, second = (make_sample(SampleConfig(seed=seed, **small)) for seed in (0, 1))
    assert len(first.reviews) == len(second.reviews) == 120
    assert first.articles != second.articles
    assert {r.text for r in first.reviews} != {r.text for r in second.reviews}


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="num_reviews=5000 for num_shoppers=20"):
        make_sample(SampleConfig(num_shoppers=20))


def test_files_are_at_most_two_megabytes() -> None:
    assert sum((DATA_DIRECTORY / name).stat().st_size for name in FILES) <= 2_000_000


def test_sizes(reviews, articles, truth) -> None:
    assert len(_lines(REVIEWS_FILE)) == NUM_REVIEWS + NUM_FAULTS
    assert len({row["user_id"] for row in reviews}) == 600
    assert len({row["item_id"] for row in articles}) == len(articles) == 250
    assert len({row["title"] for row in articles}) == 250
    kinds = {kind: len(rows) for kind, rows in truth.items()}
    assert kinds == {
        "review": NUM_REVIEWS,
        "text": NUM_TEXTS,
        "shopper": 620,
        "article": 250,
        "fault": NUM_FAULTS,
    }


def test_columns(reviews, articles) -> None:
    for row in reviews:
        assert list(row) == [
            "review_id", "user_id", "item_id", "timestamp", "rating", "title", "text",
        ]  # fmt: skip
        assert row["rating"] in (1, 2, 3, 4, 5)
        assert row["title"].strip()
        assert row["text"].strip()
    for row in articles:
        assert list(row) == ["item_id", "title", "description", "categories", "brand", "price"]
        assert row["description"].count(".") >= 2
        assert row["price"] > 0
    assert {row["item_id"] for row in reviews} <= {row["item_id"] for row in articles}


def test_planted_motivations_are_those_of_the_taxonomy(truth) -> None:
    folder = Path(lmmrec_tfrs.__file__).parent / "motivation" / "taxonomies"
    taxonomy = yaml.safe_load((folder / "fashion_luxury.yaml").read_text(encoding="utf-8"))
    names = {motivation["name"] for motivation in taxonomy["motivations"]}
    assert set(grammar.motivation_names()) == names
    planted = collections.Counter(name for row in truth["review"] for name in row["motivations"])
    assert set(planted) == names
    assert min(planted.values()) >= 150
    for kind in ("shopper", "article"):
        for row in truth[kind]:
            assert set(row["motivations"]) <= names
            assert 2 <= len(row["motivations"]) <= 4
            assert math.isclose(sum(row["motivations"].values()), 1.0, abs_tol=1e-3)


def test_reviews_tell_at_most_three_motivations(truth) -> None:
    told = collections.Counter(len(row["motivations"]) for row in truth["review"])
    assert set(told) == {0, 1, 2, 3}
    assert 0.08 <= told[0] / NUM_REVIEWS <= 0.15
    assert told[1] + told[2] >= 0.75 * NUM_REVIEWS


def test_truth_of_the_reviews_matches_the_reviews(reviews, truth) -> None:
    keys = ("review_id", "user_id", "item_id")
    assert [[row[k] for k in keys] for row in truth["review"]] == [
        [row[k] for k in keys] for row in reviews
    ]


def test_no_pair_is_repeated_and_time_is_sane(reviews) -> None:
    config = SampleConfig()
    assert len({(row["user_id"], row["item_id"]) for row in reviews}) == NUM_REVIEWS
    stamps = [row["timestamp"] for row in reviews]
    assert stamps == sorted(stamps)
    assert config.first_day <= stamps[0]
    assert stamps[-1] < config.first_day + config.num_days * 86_400
    days = {(row["user_id"], row["timestamp"] // 86_400) for row in reviews}
    assert len(days) == NUM_REVIEWS  # so that each shopper's reviews have an order


def test_cold_shoppers_and_articles(reviews, truth) -> None:
    of_user = collections.Counter(row["user_id"] for row in reviews)
    of_item = collections.Counter(row["item_id"] for row in reviews)
    cold_shoppers = [
        row["user_id"] for row in truth["shopper"] if row["cold"] and not row["text_only"]
    ]
    cold_articles = [row["item_id"] for row in truth["article"] if row["cold"]]
    assert len(cold_shoppers) == 60
    assert {of_user[user] for user in cold_shoppers} == {1, 2}
    assert all(of_user[row["user_id"]] >= 3 for row in truth["shopper"] if not row["cold"])
    assert len(cold_articles) == 20
    assert {of_item[item] for item in cold_articles} <= {0, 1, 2}
    assert any(of_item[item] == 0 for item in cold_articles)


def test_texts_without_a_purchase(reviews, texts, truth) -> None:
    assert [row["timestamp"] for row in texts] == sorted(row["timestamp"] for row in texts)
    for row in texts:
        assert list(row) == ["text_id", "user_id", "item_id", "timestamp", "source", "text"]
    sources = collections.Counter(row["source"] for row in texts)
    assert set(sources) == {"wishlist", "query", "note"}
    assert min(sources.values()) >= 60
    assert all(row["item_id"] is None for row in texts if row["source"] == "query")
    assert all(row["item_id"] for row in texts if row["source"] == "wishlist")
    of_user = {row["user_id"]: row["motivations"] for row in truth["shopper"]}
    for row, planted in zip(texts, truth["text"], strict=True):
        assert [planted[key] for key in ("text_id", "user_id", "source")] == [
            row[key] for key in ("text_id", "user_id", "source")
        ]
        assert set(planted["motivations"]) <= set(of_user[row["user_id"]])
    newcomers = {row["user_id"] for row in truth["shopper"] if row["text_only"]}
    assert len(newcomers) == 20
    assert newcomers <= {row["user_id"] for row in texts}
    assert not newcomers & {row["user_id"] for row in reviews}


def test_planted_personal_data_is_masked_and_nothing_else(texts, truth) -> None:
    masker = Masker(PrivacyConfig())
    kinds: collections.Counter[str] = collections.Counter()
    for row, planted in zip(texts, truth["text"], strict=True):
        masked = masker.mask(row["text"])
        assert sum(masked.counts.values()) == len(planted["personal_data"])
        for secret in planted["personal_data"]:
            assert secret in row["text"]
            assert secret not in masked.text
        kinds.update(masked.counts)
    assert sum(kinds.values()) == 24
    assert set(kinds) == {"email", "phone", "name"}


def test_about_one_review_in_twenty_five_is_negative(reviews) -> None:
    negative = sum(row["rating"] <= 2 for row in reviews) / NUM_REVIEWS
    assert 0.03 <= negative <= 0.05


def test_language_is_varied(reviews) -> None:
    assert len({row["text"] for row in reviews}) >= 0.97 * NUM_REVIEWS
    sentences = {s.strip(" .!").lower() for row in reviews for s in row["text"].split(". ")}
    assert len(sentences) >= 4000
    words = collections.Counter(w for row in reviews for w in row["text"].lower().split())
    assert len(words) >= 3000


def test_reviews_seldom_name_the_motivation(reviews, truth) -> None:
    named = planted = 0
    for row, planting in zip(reviews, truth["review"], strict=True):
        text = f"{row['title']} {row['text']}".lower()
        planted += len(planting["motivations"])
        named += sum(name in text for name in planting["motivations"])
    assert named / planted <= 0.02


def test_each_motivation_has_thirty_clauses() -> None:
    clauses = grammar.load_lines("motivations")
    for name, templates in clauses.items():
        assert len(set(templates)) >= 30, name
    flat = [template for templates in clauses.values() for template in templates]
    assert len(set(flat)) == len(flat)


@pytest.mark.parametrize("name", ["queries", "wishes", "notes"])
def test_each_motivation_has_texts_of_each_source(name: str) -> None:
    texts = grammar.load_lines(name)
    assert list(texts) == list(grammar.motivation_names())
    flat = [template for templates in texts.values() for template in templates]
    assert len(set(flat)) == len(flat) >= 60


def test_every_template_can_be_filled(sample: Sample) -> None:
    wording, rng = Wording.from_grammar(), random.Random(0)
    clauses = Clauses.from_grammar().by_motivation
    templates = [c.template for group in clauses.values() for c in group]
    for name in ("filler", "queries", "wishes", "notes"):
        templates += [line for group in grammar.load_lines(name).values() for line in group]
    for plural in (False, True):
        article = next(a for a in sample.articles if a.plural == plural)
        for template in templates:
            filled = wording.fill(template, article, rng)
            assert not set("{}@") & set(filled), template


def test_wording_agrees_in_number(sample: Sample) -> None:
    wording, rng = Wording.from_grammar(), random.Random(0)
    coat = next(a for a in sample.articles if a.noun == "coat")
    loafers = next(a for a in sample.articles if a.noun == "loafers")
    tote = next(a for a in sample.articles if a.noun == "tote")
    template = "{this} look{s} fine, I {wore} {them} and {they} {is} {a_item}"
    assert wording.fill(template, coat, rng) == ("this coat looks fine, I wore it and it is a coat")
    assert wording.fill(template, loafers, rng) == (
        "these loafers look fine, I wore them and they are a pair of loafers"
    )
    assert wording.fill("{wore} {them}", tote, rng) == "carried it"


def test_malformed_rows_are_as_documented(reviews, truth) -> None:
    lines = _lines(REVIEWS_FILE)
    by_id = {row["review_id"]: row for row in reviews}
    assert [row["line"] for row in truth["fault"]] == list(
        range(NUM_REVIEWS + 1, NUM_REVIEWS + NUM_FAULTS + 1)
    )
    for fault in truth["fault"]:
        raw = lines[fault["line"] - 1]
        kind = fault["fault"]
        expected = faults.FILTERED if kind == "duplicate" else faults.QUARANTINED
        assert fault["outcome"] == expected
        if kind == "invalid_json":
            with pytest.raises(json.JSONDecodeError):
                json.loads(raw)
        elif kind == "invalid_encoding":
            with pytest.raises(UnicodeDecodeError):
                raw.decode("utf-8")
        elif kind in ("missing_user_id", "missing_item_id"):
            assert not (json.loads(raw).get(kind.removeprefix("missing_")) or "").strip()
        elif kind == "invalid_rating":
            assert math.isnan(float(json.loads(raw)["rating"]))
        else:
            repeated, original = json.loads(raw), by_id[fault["repeats"]]
            assert repeated["timestamp"] == original["timestamp"] + 60
            same = ("user_id", "item_id", "rating", "title", "text")
            assert [repeated[k] for k in same] == [original[k] for k in same]
    kinds = collections.Counter(row["fault"] for row in truth["fault"])
    assert kinds == {
        "invalid_json": 3,
        "missing_user_id": 2,
        "missing_item_id": 2,
        "invalid_encoding": 1,
        "invalid_rating": 2,
        "duplicate": 3,
    }


def test_behaviour_carries_more_than_popularity(reviews) -> None:
    """EASE (Steck, 2019) finds the last review of a shopper better than popularity does."""
    users: dict[str, list[int]] = collections.defaultdict(list)
    item_ids = sorted({row["item_id"] for row in reviews})
    index = {item: number for number, item in enumerate(item_ids)}
    for row in reviews:
        users[row["user_id"]].append(index[row["item_id"]])
    histories = [items for items in users.values() if len(items) >= 3]
    interactions = np.zeros((len(histories), len(item_ids)))
    for number, items in enumerate(histories):
        interactions[number, items[:-1]] = 1.0
    inverse = np.linalg.inv(interactions.T @ interactions + 100.0 * np.eye(len(item_ids)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    popularity = np.tile(interactions.sum(axis=0), (len(histories), 1))

    def hit_rate(scores: np.ndarray) -> float:
        ranked = np.argsort(-np.where(interactions > 0, -np.inf, scores), axis=1)[:, :20]
        return float(np.mean([items[-1] in ranked[n] for n, items in enumerate(histories)]))

    assert hit_rate(interactions @ weights) > 1.4 * hit_rate(popularity)
