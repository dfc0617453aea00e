"""The reader for Python: the same path as the pipeline, in memory."""

import subprocess
import sys

import numpy as np
import pytest

import lmmrec_tfrs.motivation
from lmmrec_tfrs.motivation import ExtractionConfig, MotivationReader, Taxonomy
from lmmrec_tfrs.motivation.language_model import Answer
from lmmrec_tfrs.motivation.profile import MotivationProfile
from tests.lmmrec_tfrs.motivation.fakes import SMALL_TAXONOMY, FakeModels, WordScorer

TEXTS = [
    "So warm in the snow all winter. Nice colour.",
    "A wedding needs a ring and the bride loved it.",
    "My birthday present, a gift for the cold days.",
]


def make(models=None, **config):
    return MotivationReader(
        ExtractionConfig(**{"strategy": "encode", **config}), SMALL_TAXONOMY, models or FakeModels()
    )


@pytest.mark.parametrize("strategy", ["encode", "score"])
def test_a_few_texts_are_calibrated_on_the_taxonomys_examples(strategy):
    readings = make(strategy=strategy).read(TEXTS)

    assert [r.top(1)[0].motivation for r in readings] == ["warmth", "wedding", "gift"]
    assert readings[0].top(1)[0].quote == "So warm in the snow all winter."
    for reading, text in zip(readings, TEXTS, strict=True):
        assert reading.text == text
        assert reading.weights.sum() == pytest.approx(1.0, abs=1e-5)
        assert [r.weight for r in reading.top()] == sorted(reading.weights, reverse=True)
        assert all(r.quote in text for r in reading.top())


def test_one_text_alone_can_be_read():
    [reading] = make().read(["warm in the cold snow"])
    assert reading.top(1)[0].motivation == "warmth"
    assert reading.weights.max() > 0.5


def test_a_text_is_read_alike_whatever_is_read_beside_it():
    reader = make().calibrate([f"{text} number {n}" for n in range(10) for text in TEXTS])
    alone = reader.read(TEXTS[:1])[0].weights
    among = reader.read(TEXTS)[0].weights

    np.testing.assert_allclose(alone, among, rtol=1e-6)


def test_the_same_text_twice_is_read_alike():
    first, second = make(strategy="score").read([TEXTS[0], TEXTS[0]])
    np.testing.assert_array_equal(first.weights, second.weights)


def test_the_student_reads_beyond_the_budget():
    rng = np.random.default_rng(0)
    words = np.array(["wedding", "bride", "warm", "snow", "gift", "present", "box", "blue"])
    corpus = [f"number {n} " + " ".join(rng.choice(words, 8)) for n in range(120)]
    reader = make(strategy="score", max_language_model_texts=80).calibrate(corpus)

    assert set(reader.calibration.averages) == {"language_model", "student"}
    reader.config = reader.config.model_copy(update={"max_language_model_texts": 1})
    readings = reader.read(["a wedding for the bride in blue", "a gift in the box, a present"])
    assert [r.top(1)[0].motivation for r in readings] == ["wedding", "gift"]


def test_personal_data_is_masked():
    [reading] = make().read(["A wedding, write to ann@example.com"])
    assert "example.com" not in reading.text
    assert "[EMAIL]" in reading.text
    [reading] = make(privacy={"mask_personal_data": False}).read(
        ["A wedding, write to ann@example.com"]
    )
    assert "example.com" in reading.text


class _Writer(WordScorer):
    def read(self, texts):
        stated = [
            {"motivation": "a party", "evidence": ["the bride loved it"]},
            {"motivation": "waiting", "polarity": "avoids", "evidence": ["needs a ring"]},
        ]
        written = MotivationProfile(motivations=stated)
        return [Answer(a.scores, written) for a in super().read(texts)]


class _WritingModels(FakeModels):
    def load_reader(self, config, taxonomy):
        return _Writer(taxonomy)


def test_what_a_language_model_writes_is_quoted():
    [reading] = make(_WritingModels(), strategy="generate").read([TEXTS[1]])

    assert reading.profile.sought == ("a party",)
    assert reading.top(1)[0].quote == "the bride loved it"
    assert [(e.motivation, e.quote) for e in reading.avoided] == [("waiting", "needs a ring")]


def test_blank_texts_and_files_are_refused():
    with pytest.raises(ValueError, match=r"positions \[1\]"):
        make().read(["a gift", " "])
    with pytest.raises(ValueError, match="lmmrec extract"):
        make(strategy="precomputed", precomputed={"users": "x"})
    assert make().read([]) == []
    with pytest.raises(FileNotFoundError, match="found no calibration"):
        MotivationReader.from_extraction("nowhere", ExtractionConfig())


def test_public_names_are_loaded_when_they_are_used():
    assert Taxonomy.load("video_games").names
    assert set(lmmrec_tfrs.motivation.__all__) <= set(dir(lmmrec_tfrs.motivation))
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        lmmrec_tfrs.motivation.Nothing  # noqa: B018
    code = (
        "import sys; from lmmrec_tfrs.motivation import ExtractionConfig, Taxonomy; "
        "ExtractionConfig(); "
        "assert not {'keras', 'keras_hub', 'apache_beam'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_the_packaged_encoder_reads_ten_lines():
    reader = MotivationReader(ExtractionConfig(taxonomy="video_games", strategy="encode"))
    [reading] = reader.read(["Forty hours with my friends online and we are still laughing."])

    assert len(reading.weights) == len(reader.taxonomy)
    assert any("friend" in reason.motivation for reason in reading.top(3))
    assert reading.top(1)[0].quote in reading.text
