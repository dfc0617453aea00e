"""The strategy `generate` as a reader: scores, failures, fingerprints."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.encoder_reader import motivation_prototypes
from lmmrec_tfrs.motivation.generate.config import EndpointConfig, GenerateConfig
from lmmrec_tfrs.motivation.generate.profile_scores import profile_scores
from lmmrec_tfrs.motivation.generate.reader import GenerativeReader, generative_fingerprint
from lmmrec_tfrs.motivation.generate.schema import GeneratedAnswer
from lmmrec_tfrs.motivation.generate.writer import (
    FailedAnswer,
    FailedAnswersError,
    Request,
    WrittenAnswer,
)
from lmmrec_tfrs.motivation.profile import MotivationProfile
from lmmrec_tfrs.motivation.reading import Kind, Text
from tests.lmmrec_tfrs.motivation.fakes import SMALL_TAXONOMY, WordEncoder


class EchoWriter:
    """Writes the text itself as the motivation; fails where it says so."""

    num_tokens_read = 7

    def __init__(self):
        self.kinds: list[str] = []

    def answers(self, requests: Sequence[Request]) -> Iterator[WrittenAnswer | FailedAnswer]:
        for index, request in reversed(list(enumerate(requests))):
            self.kinds.append(request.kind)
            text = request.texts[0]
            if text == "fail":
                yield FailedAnswer(index, "no JSON.", 3)
                continue
            stated = {"motivation": text, "polarity": "seeks", "weight": 1.0, "evidence": []}
            raw = GeneratedAnswer(
                facts=[], needs=[], motivations=[stated], preferences=[], attributes=[]
            )
            yield WrittenAnswer(index, raw, raw.to_profile(), num_unfaithful_quotes=2)


def review(text: str, kind: Kind = Kind.REVIEW) -> Text:
    return Text(kind, "u", "i", text)


def test_scores_are_the_nearest_sought_phrase_times_its_weight():
    encoder = WordEncoder()
    prototypes = motivation_prototypes(encoder, SMALL_TAXONOMY)
    profile = MotivationProfile(
        motivations=[
            {"motivation": "birthday gift", "weight": 0.5},
            {"motivation": "snow", "weight": 1.0, "evidence": ["freezing cold"]},
            {"motivation": "wedding bride", "polarity": "avoids"},
        ]
    )

    scores = profile_scores(profile, encoder, prototypes)

    gift, snow = (encoder.encode([[t]])[0].vector for t in ("birthday gift", "snow freezing cold"))
    expected = np.maximum(prototypes @ gift * 0.5, prototypes @ snow)
    np.testing.assert_allclose(scores, expected, atol=1e-6)
    assert scores.dtype == np.float32
    assert scores[0] == pytest.approx(0.0, abs=0.05)


def test_nothing_sought_scores_nothing():
    prototypes = motivation_prototypes(WordEncoder(), SMALL_TAXONOMY)
    avoided = MotivationProfile(motivations=[{"motivation": "snow", "polarity": "avoids"}])
    assert profile_scores(avoided, WordEncoder(), prototypes).tolist() == [0.0, 0.0, 0.0]


def test_reads_in_order_and_by_kind():
    writer = EchoWriter()
    reader = GenerativeReader(writer, WordEncoder(), SMALL_TAXONOMY)

    answers = reader.read([review("wedding"), review("snow"), review("gift", Kind.CATALOGUE)])

    assert [int(answer.scores.argmax()) for answer in answers] == [0, 1, 2]
    assert [a.profile.sought for a in answers] == [("wedding",), ("snow",), ("gift",)]
    assert writer.kinds == ["item", "review", "review"]
    assert reader.num_tokens_read == 7
    assert reader.num_unfaithful_quotes == 6


def test_failures_stop_the_run_by_default():
    reader = GenerativeReader(EchoWriter(), WordEncoder(), SMALL_TAXONOMY)
    with pytest.raises(FailedAnswersError, match=r"at most 0 .* 3 tries: no JSON"):
        reader.read([review("wedding"), review("fail")])


def test_a_failed_answer_is_never_zero():
    reader = GenerativeReader(EchoWriter(), WordEncoder(), SMALL_TAXONOMY, max_failed_answers=1)
    good, failed = reader.read([review("wedding"), review("fail")])
    assert good.profile is not None
    assert failed.profile is None
    assert np.isnan(failed.scores).all()
    assert [failure.reason for failure in reader.failures] == ["no JSON."]


def test_the_fingerprint_is_of_all_that_an_answer_depends_on():
    def fingerprint(**settings: object) -> str:
        return generative_fingerprint(ExtractionConfig(strategy="generate", **settings))

    def endpoint(**settings: object) -> GenerateConfig:
        values = {"base_url": "http://a/v1", "model": "m", **settings}
        return GenerateConfig(endpoint=EndpointConfig(**values))

    base = fingerprint()
    assert fingerprint(generate=GenerateConfig(batch_size=3)) == base
    served = fingerprint(generate=endpoint())
    assert fingerprint(generate=endpoint(timeout_seconds=3, concurrency=2)) == served
    different = [
        base,
        served,
        fingerprint(generate=GenerateConfig(max_new_tokens=99)),
        fingerprint(generate=GenerateConfig(max_tokens=99)),
        fingerprint(generate=endpoint(model="n")),
        fingerprint(generate=endpoint(base_url="http://b/v1")),
        fingerprint(max_tokens=99),
    ]
    assert len(set(different)) == len(different)


def test_the_address_of_a_server_holds_no_password():
    with pytest.raises(ValueError, match="base_url"):
        EndpointConfig(base_url="http://user:secret@host/v1", model="m")
