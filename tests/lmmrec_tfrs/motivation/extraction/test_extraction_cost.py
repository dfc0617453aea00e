"""What a run pays for: the calls of the models, through the Beam pipeline."""

import dataclasses
import json
from collections import Counter

import numpy as np
import pytest

from lmmrec_tfrs.data import example_files
from lmmrec_tfrs.data.records import Event, Item
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.engine import ReadingEngine
from lmmrec_tfrs.motivation.language_model import Answer
from lmmrec_tfrs.motivation.profile import MotivationProfile
from lmmrec_tfrs.motivation.reader import MotivationReader
from lmmrec_tfrs.motivation.strategies.strategy import strategy_of
from tests.lmmrec_tfrs.motivation.extraction.counting import CountingModels, CountingScorer
from tests.lmmrec_tfrs.motivation.extraction.running import run_on
from tests.lmmrec_tfrs.motivation.fakes import SMALL_TAXONOMY, FakeModels

# A Beam pipeline takes some seconds to set up, whatever it reads.
pytestmark = pytest.mark.slow

WORDS = ("wedding", "bride", "warm", "snow", "gift", "present", "box", "blue", "late", "shop")
ITEMS = [Item("coat", title="Winter coat", description="Warm in snow."), Item("ring", title="Ring")]


def corpus(count, start=0):
    """Events of seven words or more, all different."""
    events = []
    for index in range(start, start + count):
        rng = np.random.default_rng(index)
        text = f"number {index} is " + " ".join(rng.choice(WORDS, 8))
        events.append(Event(f"u{index % 5}", "coat" if index % 2 else "ring", text))
    return events


def run(root, events, models, name="out", **config):
    settings = {"cache_directory": str(root / "cache"), "score": {"batch_size": 2}, **config}
    return run_on(root, events, ITEMS, models=models, name=name, **settings)[1]


def weights(root, name):
    return {
        (r.user_id, r.item_id, tuple(e.quote for e in r.evidence)): r.weights
        for r in example_files.read_review_motivations(str(root / name))
    }


def test_what_was_answered_is_never_paid_for_again(tmp_path):
    models = CountingModels(tmp_path / "calls")
    first = run(tmp_path, corpus(12), models, "one", max_language_model_texts=100)
    paid = models.read_by_language_model()
    second = run(tmp_path, corpus(12), models, "two", max_language_model_texts=100)

    assert Counter(paid) == Counter(event.text for event in corpus(12))
    assert models.read_by_language_model() == paid
    assert (first.encoder.texts, first.encoder.cache_hits) == (14, 0)
    assert (second.encoder.texts, second.encoder.cache_hits) == (0, 14)
    assert (first.language_model.texts, first.language_model.cache_hits) == (12, 0)
    assert (second.language_model.texts, second.language_model.cache_hits) == (0, 12)
    written = json.loads((tmp_path / "two" / "extraction_report.json").read_text())
    assert written["reviews_read_by_language_model"] == 12
    assert written["language_model"]["cache_hits"] == 12
    one, two = weights(tmp_path, "one"), weights(tmp_path, "two")
    assert one.keys() == two.keys()
    for key in one:
        np.testing.assert_allclose(one[key], two[key], rtol=1e-6)

    # Grown data, and a segment of four answers that was damaged meanwhile.
    segments = sorted((tmp_path / "cache").glob("language_model-*/segment-*"))
    lost = segments[0]
    lost.write_bytes(lost.read_bytes()[:40])
    grown = run(tmp_path, corpus(18), models, "three", max_language_model_texts=100)

    assert grown.cache_segments_damaged == 1
    assert (grown.encoder.texts, grown.encoder.cache_hits) == (6, 14)
    assert (grown.language_model.texts, grown.language_model.cache_hits) == (4 + 6, 8)
    new = {event.text for event in corpus(6, start=12)}
    calls = Counter(models.read_by_language_model())
    assert {text for text in new if calls[text] == 1} == new
    assert sum(calls.values()) == 12 + 4 + 6


def test_answers_of_before_are_in_the_budget_and_come_first(tmp_path):
    models = CountingModels(tmp_path / "calls")
    run(tmp_path, corpus(6), models, "one", max_language_model_texts=6)
    grown = run(tmp_path, corpus(20), models, "two", max_language_model_texts=9)

    assert (grown.language_model.texts, grown.language_model.cache_hits) == (3, 6)
    assert grown.student_texts == 0
    assert "too few answers" in grown.student["warning"]
    assert not (tmp_path / "two" / "student" / "student.npz").exists()


def test_after_a_crash_only_the_rest_is_paid_for(tmp_path):
    broken = CountingModels(tmp_path / "calls", fail_after=2)
    with pytest.raises(Exception, match="broke down"):
        run(tmp_path, corpus(20), broken, "one", max_language_model_texts=20)
    before = broken.read_by_language_model()
    mended = CountingModels(tmp_path / "calls")
    report = run(tmp_path, corpus(20), mended, "one", max_language_model_texts=20)

    assert len(before) == 8  # two batches of four
    assert Counter(mended.read_by_language_model()) == Counter(e.text for e in corpus(20))
    assert (report.language_model.texts, report.language_model.cache_hits) == (12, 8)
    assert report.encoder.texts == 0


def test_the_same_text_is_read_once(tmp_path):
    models = CountingModels(tmp_path / "calls")
    said = "a gift for a wedding in the snow"
    events = [Event(f"u{index}", "ring", said) for index in range(5)] + corpus(3)
    report = run(tmp_path, events, models, max_language_model_texts=100)

    assert models.read_by_language_model().count(said) == 1
    assert report.encoder.texts == 4 + len(ITEMS)
    reviews = list(example_files.read_review_motivations(str(tmp_path / "out")))
    assert {r.user_id for r in reviews} >= {f"u{index}" for index in range(5)}
    assert len(reviews) == 8


def test_the_student_reads_what_the_language_model_does_not(tmp_path):
    models = CountingModels(tmp_path / "calls")
    report = run(tmp_path, corpus(140), models, max_language_model_texts=100)
    written = json.loads((tmp_path / "out" / "extraction_report.json").read_text())

    assert written["student"]["answers"] == 100
    assert written["student"]["held_out"] == 20
    assert written["student"]["student"]["cosine"] > written["student"]["encoder"]["cosine"]
    assert written["student"]["warning"] is None
    assert report.student_texts == written["texts_read_by_student"] == 40
    assert (tmp_path / "out" / "student" / "student.npz").exists()


def test_the_reader_reads_as_the_pipeline_does(tmp_path, monkeypatch):
    """With a student that learns from fewer answers than there are, and texts that repeat."""
    monkeypatch.setattr(ReadingEngine, "max_lessons", 60)
    events = [
        dataclasses.replace(event, user_id=f"u{index}") for index, event in enumerate(corpus(140))
    ]
    settings = {"max_language_model_texts": 100, "strategy": "score"}
    run(tmp_path, [*events, *events[:9]], FakeModels(), **settings)
    in_pipeline = {
        r.user_id: r.weights for r in example_files.read_review_motivations(str(tmp_path / "out"))
    }
    report = json.loads((tmp_path / "out" / "extraction_report.json").read_text())
    reader = MotivationReader(ExtractionConfig(**settings), SMALL_TAXONOMY, FakeModels())
    texts = [event.text for event in [*events, *events[:9]]]
    read = reader.calibrate(texts).read(texts)

    assert report["student"]["answers"] == 60
    for event, motivations in zip(events, read, strict=False):
        np.testing.assert_allclose(motivations.weights, in_pipeline[event.user_id], atol=1e-5)


def test_a_share_of_nothing_asks_nobody():
    assert strategy_of(ExtractionConfig()).asks_language_model
    assert not strategy_of(ExtractionConfig(language_model_weight=0.0)).asks_language_model
    assert not strategy_of(ExtractionConfig(max_language_model_texts=0)).asks_language_model
    assert not strategy_of(ExtractionConfig(strategy="encode")).asks_language_model


class _TaciturnScorer(CountingScorer):
    """Fails on some texts, and finds nothing sought in others."""

    def read(self, texts):
        answers = super().read(texts)
        for index, text in enumerate(texts):
            if text.text.startswith("number 1 "):
                answers[index] = Answer(np.full(len(SMALL_TAXONOMY), np.nan, np.float32))
            if text.text.startswith("number 2 "):
                nothing = np.zeros(len(SMALL_TAXONOMY), np.float32)
                answers[index] = Answer(nothing, MotivationProfile(attributes=("blue",)))
        return answers


class _TaciturnModels(CountingModels):
    def load_reader(self, config, taxonomy):
        return _TaciturnScorer(taxonomy, self.book)


def test_answers_that_say_nothing_are_left_out_and_counted(tmp_path):
    models = _TaciturnModels(tmp_path / "calls")
    first = run(tmp_path, corpus(6), models, "one", max_language_model_texts=100)
    assert first.answers_without_scores == 2
    assert all(np.isfinite(w).all() and w.sum() > 0.99 for w in weights(tmp_path, "one").values())

    paid = models.read_by_language_model()
    run(tmp_path, corpus(6), models, "two", max_language_model_texts=100)
    again = Counter(models.read_by_language_model()) - Counter(paid)
    assert [text.split(" is ")[0] for text in again] == ["number 1"]
