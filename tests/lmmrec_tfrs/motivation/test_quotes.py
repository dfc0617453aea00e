"""Quotes: the profile's where it cites the text, the encoder's clause elsewhere."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.data.records import Evidence
from lmmrec_tfrs.motivation.encoder_reader import EncoderReader
from lmmrec_tfrs.motivation.profile import MotivationProfile
from lmmrec_tfrs.motivation.quotes import avoided_evidence, supporting_quote
from lmmrec_tfrs.motivation.reading import Kind, Text, WeightedReading
from lmmrec_tfrs.motivation.rollup import roll_up
from tests.lmmrec_tfrs.motivation.fakes import SMALL_TAXONOMY, WordEncoder

TEXT = "Lovely colour. Bought it for my sister. Never again from this shop."


def profile(*stated):
    keys = ("motivation", "polarity", "evidence", "weight")
    return MotivationProfile(motivations=[dict(zip(keys, s, strict=False)) for s in stated])


def test_a_citation_is_quoted_where_it_touches_the_clause():
    cited = profile(("gift", "seeks", ["for my sister"]))

    assert supporting_quote(TEXT, (15, 39), cited) == "for my sister"
    assert supporting_quote(TEXT, (0, 14), cited) == "Lovely colour."


def test_what_is_not_in_the_text_is_not_quoted():
    invented = profile(("gift", "seeks", ["for my brother", " "]), ("x", "avoids", ["no"]))

    assert supporting_quote(TEXT, (15, 39), invented) == "Bought it for my sister."
    assert avoided_evidence(TEXT, invented) == ()


def test_avoided_things_come_heaviest_first():
    stated = profile(
        ("late parcels", "avoids", ["this shop"], 0.5), ("the shop", "avoids", ["Never again"], 0.9)
    )

    assert [e for _, e in avoided_evidence(TEXT, stated)] == [
        Evidence("the shop", "Never again", "avoids"),
        Evidence("late parcels", "this shop", "avoids"),
    ]


def test_a_phrase_written_before_is_quoted_by_its_evidence():
    before = profile(("warm coat", "seeks", ["I freeze"]), ("a gift", "seeks"), ("snow", "avoids"))
    text = "warm coat. a gift."

    assert supporting_quote(text, (0, 10), precomputed=before) == "I freeze"
    assert supporting_quote(text, (11, 18), precomputed=before) == "a gift"
    assert avoided_evidence(text, precomputed=before) == (
        (1.0, Evidence("snow", "snow", "avoids")),
    )


quotes = st.lists(st.text(max_size=12), max_size=3)
polarities = st.sampled_from(["seeks", "avoids"])


@given(
    st.text(min_size=1, max_size=200).filter(str.strip),
    st.lists(st.tuples(st.text(min_size=1, max_size=9), polarities, quotes), max_size=4),
    st.integers(0, 180),
    st.integers(1, 30),
)
def test_every_quote_is_verbatim_whatever_the_language_model_writes(text, stated, start, length):
    stated = [*stated, ("part", "seeks", [text[start : start + length]])]
    text = text.strip()
    [reading] = EncoderReader(WordEncoder(), SMALL_TAXONOMY).read(
        [Text(Kind.REVIEW, "u", "i", text)]
    )
    reading = reading.with_answer(np.zeros(3, np.float32), profile(*stated))
    weighted = WeightedReading(reading, np.array([0.2, 0.5, 0.3], np.float32))
    evidence = weighted.evidence(SMALL_TAXONOMY.names, 3)
    rolled = roll_up([weighted, weighted]).to_record("u", SMALL_TAXONOMY.names, 3).evidence

    assert len(evidence) >= 3
    for found in (*evidence, *rolled):
        assert found.quote.strip()
        assert found.quote in text
