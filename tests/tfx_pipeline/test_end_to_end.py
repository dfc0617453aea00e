"""The whole pipeline on the bundled sample, every component real."""

import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.ingestion.report import IngestionReport
from lmmrec_tfrs.motivation.taxonomy import Taxonomy
from tests.tfx_pipeline.command_modules import heavy_modules_of
from tfx_pipeline.command_line.extract import with_cache
from tfx_pipeline.command_line.main import app
from tfx_pipeline.command_line.recommend import Recommender
from tfx_pipeline.command_line.run import run_pipeline
from tfx_pipeline.command_line.tables import read_evaluation
from tfx_pipeline.config import load_config
from tfx_pipeline.runners.local import run_locally

pytestmark = pytest.mark.slow

DATA = Path(__file__).resolve().parents[2] / "tfx_pipeline" / "sample" / "data"
# The language model reads a few reviews only: enough to be real, and soon done.
SETTINGS = ["motivation.max_language_model_texts=16"]


def _console():
    return Console(file=io.StringIO(), width=120)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    output = tmp_path_factory.mktemp("sample")
    return run_pipeline(load_config("sample", SETTINGS), str(DATA), str(output), _console())


@pytest.fixture(scope="module")
def truth():
    with gzip.open(DATA / "planted_truth.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def taxonomy():
    return Taxonomy.load("fashion_luxury")


def test_every_row_is_accounted_for(folder, truth):
    report = IngestionReport.read(folder.artifact("ReviewExampleGen", "quarantine"))
    faults = [row for row in truth if row["kind"] == "fault"]
    quarantined = sum(row["outcome"] == "quarantined" for row in faults)
    assert quarantined > 0
    assert sum(report.events.quarantined.values()) == quarantined
    assert report.events.read == report.events.accounted_for()
    rows = list(example_files.read_quarantine(folder.artifact("ReviewExampleGen", "quarantine")))
    assert len(rows) == quarantined


def test_extraction_recovers_planted_motivations_far_above_chance(folder, truth, taxonomy):
    planted = {
        (row["user_id"], row["item_id"]): set(row["motivations"])
        for row in truth
        if row["kind"] == "review" and row["motivations"]
    }
    names = [motivation.name for motivation in taxonomy.motivations]
    hits, chance = [], []
    uri = folder.artifact("MotivationExtractor", "motivations")
    for review in example_files.read_review_motivations(uri):
        wanted = planted.get((review.user_id, review.item_id))
        if wanted:
            top = {names[position] for position in np.argsort(-review.weights)[:3]}
            hits.append(bool(top & wanted))
            # Drawing three of K at random misses all of n with (K-n choose 3) / (K choose 3).
            k, n = len(names), len(wanted)
            miss = np.prod([(k - n - i) / (k - i) for i in range(3)])
            chance.append(1.0 - miss)
    assert len(hits) > 3000
    assert np.mean(hits) > 2.5 * np.mean(chance)


def test_shoppers_motivations_agree_with_what_moved_them(folder, truth, taxonomy):
    latent = {row["user_id"]: row["motivations"] for row in truth if row["kind"] == "shopper"}
    names = [motivation.name for motivation in taxonomy.motivations]
    uri = folder.artifact("MotivationExtractor", "motivations")
    own, others = [], []
    users = list(example_files.read_owner_motivations(uri, columns.USERS))
    for position, user in enumerate(users):
        neighbour = latent[users[position - 1].owner_id]
        weights = dict(zip(names, user.weights, strict=True))
        own.append(sum(weights[name] * share for name, share in latent[user.owner_id].items()))
        others.append(sum(weights[name] * share for name, share in neighbour.items()))
    assert np.mean(own) > 1.3 * np.mean(others)


def test_quotes_are_verbatim(folder):
    uri = folder.artifact("MotivationExtractor", "motivations")
    texts = {
        (event.user_id, event.item_id): event.text
        for event in example_files.read_events(
            folder.artifact("ReviewExampleGen", "examples"), columns.TRAIN
        )
    }
    count = 0
    for review in example_files.read_review_motivations(uri):
        for evidence in review.evidence:
            assert evidence.quote in texts[review.user_id, review.item_id]
            count += 1
    assert count > 1000


def test_model_beats_most_popular(folder):
    report = read_evaluation(folder)
    assert report.value("model", "ndcg@20") > report.value("most_popular", "ndcg@20")
    (comparison,) = (
        comparison
        for comparison in report.comparisons
        if (comparison.other, comparison.metric) == ("most_popular", "ndcg@20")
    )
    assert comparison.low > 0
    assert report.verdict.blessed


def test_pushed_model_answers_in_a_fresh_process(folder):
    recommender = Recommender(folder)
    user_id = next(iter(recommender.seen))
    expected = [r.item_id for r in recommender.recommend(user_id, k=5, include_seen=True)]
    code = f"""
import tensorflow as tf
from lmmrec_tfrs.retrieval.saved_model import load_index
answer = load_index({folder.served_model()!r}).signatures["recommend"](
    user_id=tf.constant([{user_id!r}]), k=tf.constant(5),
    exclude_item_ids=tf.constant([[""]]))
print(",".join(item.decode() for item in answer["item_ids"].numpy()[0]))
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip().split(",") == expected


def test_recommendations_leave_out_what_is_owned_and_give_reasons(folder, taxonomy):
    recommender = Recommender(folder)
    names = {motivation.name for motivation in taxonomy.motivations}
    for user_id in list(recommender.seen)[:20]:
        recommendations = recommender.recommend(user_id, k=10)
        assert len(recommendations) == 10
        assert not recommender.seen[user_id] & {r.item_id for r in recommendations}
        reasons = [reason for r in recommendations for reason in r.reasons]
        assert reasons
        assert {reason.motivation for reason in reasons} <= names
        assert all(0.0 < reason.weight <= 1.0 for reason in reasons)


def test_shoppers_known_by_their_texts_only_are_served_by_them(folder, truth):
    recommender = Recommender(folder)
    newcomers = [row["user_id"] for row in truth if row.get("text_only")]
    known = [user_id for user_id in newcomers if recommender.knows(user_id)]
    assert len(known) >= 10
    assert not set(known) & set(recommender.seen)
    stranger = [r.item_id for r in recommender.recommend("nobody-knows-me", k=10)]
    served = [recommender.recommend(user_id, k=10) for user_id in known]
    assert any([r.item_id for r in recommendations] != stranger for recommendations in served)
    assert any(reason.user_quote for answer in served for r in answer for reason in r.reasons)


def test_personal_data_of_the_sample_is_masked(folder, truth):
    report = IngestionReport.read(folder.artifact("ReviewExampleGen", "quarantine"))
    assert report.masked["email"] >= 1
    texts = [e.text for e in example_files.read_texts(folder.artifact("ReviewExampleGen", "texts"))]
    assert any("[EMAIL]" in text for text in texts)
    assert not any("@" in text for text in texts)


def test_tfx_would_reuse_everything(folder):
    config = with_cache(load_config("sample", SETTINGS), folder.path)
    progress = run_locally(config, str(DATA), folder.path, _console())
    assert len(progress.seconds) == 10
    assert progress.reused == set(progress.seconds)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["recommend", "--user", "nobody-knows-me", "--k", "2"], "somebody unknown"),
        (["inspect"], "MotivationExtractor"),
        (["inspect", "quarantine"], "invalid_json"),
        (["inspect", "motivations", "--rows", "2"], "num_motivations"),
        (["inspect", "events"], "events in test"),
        (["inspect", "catalogue"], "250 items"),
        (["inspect", "index"], "recall"),
        (["inspect", "model"], "seed"),
        (["evaluate", "--split", "validation"], "validation split"),
    ],
)
def test_the_command_shows_what_a_run_holds(folder, arguments, expected):
    command, *rest = arguments
    result = CliRunner().invoke(
        app, [command, "--output", folder.path, *rest], env={"COLUMNS": "200"}
    )
    assert result.exit_code == 0, result.output
    assert expected in result.output


@pytest.mark.parametrize("what", ["events", "catalogue", "quarantine", "motivations", "evaluation"])
def test_a_look_into_a_run_loads_neither_tensorflow_nor_beam(folder, what):
    assert heavy_modules_of("inspect", "--output", folder.path, what) == (0, [])


@pytest.mark.parametrize("command", [("recommend", "--user", "nobody"), ("evaluate",)])
def test_asking_a_model_loads_neither_beam_nor_tfx(folder, command):
    name, *rest = command
    ended, loaded = heavy_modules_of(name, "--output", folder.path, *rest)
    assert ended == 0
    assert loaded == ["tensorflow"]


def test_the_same_run_again_by_command_loads_neither_tensorflow_nor_beam(folder):
    settings = [part for setting in SETTINGS for part in ("--set", setting)]
    arguments = ("run", "-c", "sample", "-d", str(DATA), "-o", folder.path, *settings)
    assert heavy_modules_of(*arguments) == (0, [])


def test_keras_towers_load_in_a_fresh_process(folder):
    model = folder.artifact("LMMRecTrainer", "model")
    code = f"""
import lmmrec_tfrs.towers, tensorflow as tf
tower = tf.keras.models.load_model({os.path.join(model, "keras", "query_tower.keras")!r})
print(tower(tf.constant(["nobody"])).shape[-1])
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert int(result.stdout) == load_config("sample").training.embedding_dim + 1
