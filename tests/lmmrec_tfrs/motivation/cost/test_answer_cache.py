"""The cache: what is written is read, and what is damaged is passed over."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.cost import cache, codecs
from lmmrec_tfrs.motivation.encoder_reader import EncoderReader
from lmmrec_tfrs.motivation.language_model import Answer
from lmmrec_tfrs.motivation.profile import MotivationProfile
from lmmrec_tfrs.motivation.reading import Kind, Text
from tests.lmmrec_tfrs.motivation.fakes import SMALL_TAXONOMY, FakeModels, WordEncoder

PROFILE = MotivationProfile(
    motivations=[{"motivation": "a gift", "polarity": "avoids", "evidence": ["für Mama 🎁"]}]
)


def answers(*texts):
    return [
        codecs.answer_to_example(
            cache.content_address("m", Kind.REVIEW, text), Answer(np.arange(3, dtype=np.float32))
        )
        for text in texts
    ]


def make(tmp_path, fingerprint="0" * 64):
    return cache.AnswerCache(str(tmp_path), "language_model", fingerprint)


def addresses(kept):
    read = [answer for path in kept.segments() for answer in cache.read_segment(path)]
    return {answer[0] for answer in read if answer is not None}, read.count(None)


@given(st.text(max_size=20), st.text(max_size=20), st.sampled_from(Kind), st.sampled_from(Kind))
def test_different_questions_have_different_addresses(one, two, kind, other):
    same = (one, kind) == (two, other)
    assert (cache.content_address("m", kind, one) == cache.content_address("m", other, two)) == same
    assert cache.content_address("m", kind, one) != cache.content_address("n", kind, one)


def test_answers_come_back_as_they_were(tmp_path):
    answer = Answer(np.array([-1.5, 2.25, 0.0], np.float32), PROFILE)
    kept = make(tmp_path)
    kept.write([codecs.answer_to_example(b"a" * 32, answer)])
    [path] = kept.segments()
    [(address, record)] = cache.read_segment(path)
    again = codecs.answer_from_example(codecs.tf.train.Example.FromString(record))

    assert address == b"a" * 32
    assert again.profile == PROFILE
    np.testing.assert_array_equal(again.scores, answer.scores)
    assert again.scores.dtype == np.float32


@given(st.text(min_size=1, max_size=100).filter(str.strip))
def test_readings_come_back_as_they_were(text):
    source = Text(Kind.REVIEW, "u", "i", text)
    [reading] = EncoderReader(WordEncoder(), SMALL_TAXONOMY).read([source])
    example = codecs.reading_to_example(b"a" * 32, reading)
    again = codecs.reading_from_example(example, source)

    for name in ("vector", "similarity", "clauses", "clause_similarity"):
        one, two = getattr(reading, name), getattr(again, name)
        np.testing.assert_array_equal(one, two)
        assert one.dtype == two.dtype
        assert two.flags.writeable
    if len(text) > 3:
        assert text.encode() not in example.SerializeToString()


def test_a_batch_that_is_tried_again_replaces_itself(tmp_path):
    kept = make(tmp_path)
    kept.write(answers("x", "y"))
    kept.write(answers("x", "y"))
    kept.write(answers("z"))
    kept.write([])

    assert len(kept.segments()) == 2
    assert len(addresses(kept)[0]) == 3
    assert sorted(p.name[:8] for p in tmp_path.glob("*/*")) == ["segment-"] * 2


@pytest.mark.parametrize("damage", ["cut", "empty", "noise", "flipped"])
def test_a_damaged_segment_is_passed_over_with_a_warning(tmp_path, caplog, damage):
    kept = make(tmp_path)
    kept.write(answers("x"))
    [path] = kept.segments()
    kept.write(answers("y", "z"))
    raw = Path(path).read_bytes()
    flipped = bytes([*raw[:30], raw[30] ^ 0xFF, *raw[31:]])
    damaged = {"cut": raw[: len(raw) // 2], "empty": b"", "noise": b"noise", "flipped": flipped}
    with open(path, "wb") as file:
        file.write(damaged[damage])
    found, damages = addresses(kept)

    assert found == {cache.content_address("m", Kind.REVIEW, text) for text in ("y", "z")}
    # An empty file is a segment without answers.
    assert damages == (0 if damage == "empty" else 1)
    assert ("is damaged" in caplog.text) == (damage != "empty")


def test_a_segment_that_is_not_finished_is_not_seen(tmp_path):
    kept = make(tmp_path)
    kept.write(answers("x"))
    [path] = kept.segments()
    with open(path.replace("segment-", "partial-"), "wb") as file:
        file.write(b"half")

    assert kept.segments() == [path]


def test_models_do_not_share_a_folder(tmp_path):
    make(tmp_path).write(answers("x"))
    assert make(tmp_path, "1" * 64).segments() == []


def test_fingerprints_tell_apart_what_answers_depend_on():
    config, models = ExtractionConfig(), FakeModels()
    other = SMALL_TAXONOMY.model_copy(update={"motivations": SMALL_TAXONOMY.motivations[:2]})
    longer = ExtractionConfig(max_tokens=64)

    for of in (cache.encoder_fingerprint, cache.language_model_fingerprint):
        assert of(config, SMALL_TAXONOMY, models) == of(config, SMALL_TAXONOMY, models)
        assert of(config, SMALL_TAXONOMY, models) != of(config, other, models)
    assert cache.encoder_fingerprint(config, SMALL_TAXONOMY, models) != cache.encoder_fingerprint(
        longer, SMALL_TAXONOMY, models
    )
