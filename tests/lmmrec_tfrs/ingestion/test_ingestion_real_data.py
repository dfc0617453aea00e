"""Real data: the counts that are known of each data set."""

from collections import Counter

import pytest

from lmmrec_tfrs.data import example_files
from lmmrec_tfrs.ingestion.beam import run_ingestion
from lmmrec_tfrs.ingestion.config import IngestionConfig
from tests.local_beam import local_pipeline
from tests.real_data import require_data
from tfx_pipeline.config import load_config


def ingest(tmp_path, folder, **arguments):
    uris = [str(tmp_path / name) for name in ("e", "c", "q", "t")]
    config = IngestionConfig(**arguments)
    report = run_ingestion(local_pipeline, config, str(folder), *uris)
    return report, *uris[:2]


@pytest.mark.slow
def test_gift_cards(tmp_path):
    report, examples, catalogue = ingest(
        tmp_path,
        require_data("amazon_gift_cards"),
        format="amazon_2018",
        events="Gift_Cards_5.json.gz",
        catalogue="meta_Gift_Cards.json.gz",
    )
    assert (report.events.read, report.users, report.items) == (2972, 458, 148)
    assert report.events.quarantined == {}
    assert report.split_strategy == "leave_last_out"
    assert report.splits["test"] == report.splits["validation"] == 458
    assert report.catalogue.read == report.catalogue.kept == 1547
    test = Counter(event.user_id for event in example_files.read_events(examples, "test"))
    assert set(test.values()) == {1}
    items = list(example_files.read_catalogue(catalogue))
    assert sum(bool(item.title) for item in items) > 1500


@pytest.mark.campaign
@pytest.mark.slow
def test_musical_instruments(tmp_path):
    report, _, _ = ingest(
        tmp_path,
        require_data("amazon_musical_instruments"),
        format="amazon_2014_csv",
        events="reviews.csv.gz",
        k_core=3,
    )
    assert report.events.read == 5050
    assert (report.users, report.items, report.events.kept) == (924, 390, 4296)
    assert report.events.quarantined == {}


@pytest.mark.campaign
@pytest.mark.slow
def test_steam(tmp_path):
    report, _, _ = ingest(
        tmp_path,
        require_data("steam"),
        format="steam",
        events="reviews.parquet",
        catalogue="games.jsonl.gz",
        catalogue_scope="events",
        positive_threshold=1.0,
        k_core=3,
    )
    assert report.events.read == 59_305
    assert report.events.filtered["duplicate"] == 874
    assert (report.users, report.items, report.events.kept) == (5903, 1125, 26_575)
    assert report.split_strategy == "random"  # 17% of the rows have no year
    assert report.catalogue.read == 32_133
    assert report.catalogue.kept + report.items_without_metadata == 1125
    assert report.events.quarantined == {}


@pytest.mark.campaign
@pytest.mark.slow
def test_film_profiles_with_the_split_that_they_come_with(tmp_path):
    config = load_config("imdb_profiles").data
    report, examples, catalogue = ingest(
        tmp_path, require_data("imdb_profiles"), **config.model_dump()
    )
    assert report.split_strategy == "given"
    assert report.splits["train"] == 11187
    assert report.splits["test"] + report.splits["validation"] == 3426
    assert report.splits["validation"] > 1000
    assert (report.users, report.items) == (791, 1155)
    assert report.texts.read == 0
    descriptions = [item.description for item in example_files.read_catalogue(catalogue)]
    assert sum(map(bool, descriptions)) == 904
    tested = list(example_files.read_events(examples, "test"))
    assert len(tested) == report.splits["test"]
