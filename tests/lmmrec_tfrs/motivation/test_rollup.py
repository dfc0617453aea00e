"""The roll-up of texts to owners, by hand."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.data.records import Evidence, Item
from lmmrec_tfrs.motivation.encoder_reader import EncoderReader
from lmmrec_tfrs.motivation.reading import (
    Kind,
    Reading,
    Text,
    WeightedReading,
    catalogue_text,
)
from lmmrec_tfrs.motivation.rollup import Rollup, roll_up
from tests.lmmrec_tfrs.motivation.fakes import SMALL_TAXONOMY, WordEncoder


def weighted(weights, vector, text, kind=Kind.REVIEW):
    reading = Reading(
        source=Text(kind, "u", "i", text),
        vector=np.array(vector, np.float32),
        similarity=np.array(weights, np.float32),
        clauses=np.array([[0, len(text)]], np.int32),
        clause_similarity=np.array([weights], np.float16),
    )
    return WeightedReading(reading, np.array(weights, np.float32))


def test_weights_are_averaged_and_vectors_made_unit_again():
    rollup = roll_up(
        [weighted([0.75, 0.25], [1, 0], "first"), weighted([0.25, 0.75], [0, 1], "second")]
    )
    record = rollup.to_record("u", ("a", "b"), evidence_count=2)

    np.testing.assert_allclose(record.weights, [0.5, 0.5])
    np.testing.assert_allclose(record.vector, [np.sqrt(0.5)] * 2, rtol=1e-6)
    assert record.text_count == 2
    assert record.evidence == (Evidence("a", "first"), Evidence("b", "second"))


def test_a_review_is_quoted_before_the_catalogue():
    rollup = roll_up(
        [weighted([0.9, 0.1], [1], "said", Kind.CATALOGUE), weighted([0.6, 0.4], [1], "written")]
    )
    assert rollup.to_record("i", ("a", "b"), 1).evidence == (Evidence("a", "written"),)


def test_only_the_catalogue_may_be_quoted_where_nobody_wrote():
    rollup = roll_up([weighted([0.9, 0.1], [1], "said", Kind.CATALOGUE)])
    assert rollup.to_record("i", ("a", "b"), 1).evidence == (Evidence("a", "said"),)


def test_opposite_vectors_do_not_divide_by_zero():
    rollup = roll_up([weighted([1, 0], [1], "x"), weighted([1, 0], [-1], "y")])
    assert rollup.to_record("u", ("a", "b"), 1).vector.tolist() == [0.0]


def test_an_owner_without_text_is_an_error():
    with pytest.raises(ValueError, match="at least one text"):
        roll_up([])
    with pytest.raises(ValueError, match="owner 'u'"):
        Rollup.empty(2, 1).to_record("u", ("a", "b"), 1)


def test_the_order_of_merging_does_not_matter():
    parts = [
        weighted([0.5, 0.5], [1, 0], "one"),
        weighted([0.5, 0.5], [0, 1], "two"),
        weighted([0.1, 0.9], [1, 1], "three"),
    ]
    records = []
    for order in itertools.permutations(parts):
        merged = Rollup.of(order[0]).merge(Rollup.of(order[1]).merge(Rollup.of(order[2])))
        records.append(merged.to_record("u", ("a", "b"), 2))

    assert {record.evidence for record in records} == {
        (Evidence("b", "three"), Evidence("a", "two"))
    }
    for record in records[1:]:
        np.testing.assert_allclose(record.weights, records[0].weights, rtol=1e-6)


@given(st.text(min_size=1, max_size=300).filter(str.strip))
def test_every_quote_is_verbatim(text):
    reader = EncoderReader(WordEncoder(), SMALL_TAXONOMY)
    [reading] = reader.read([Text(Kind.REVIEW, "u", "i", text)])
    evidence = WeightedReading(reading, np.array([0.2, 0.5, 0.3], np.float32)).evidence(
        SMALL_TAXONOMY.names, 3
    )

    assert [e.motivation for e in evidence] == ["warmth", "gift", "wedding"]
    assert all(e.quote and e.quote in text for e in evidence)


def test_the_nearest_clause_is_quoted():
    reader = EncoderReader(WordEncoder(), SMALL_TAXONOMY)
    text = "Lovely colour. A birthday present for mum. Very warm in the snow."
    [reading] = reader.read([Text(Kind.REVIEW, "u", "i", text)])
    weighted_reading = WeightedReading(reading, np.array([0, 0.6, 0.4], np.float32))

    assert weighted_reading.evidence(SMALL_TAXONOMY.names, 2) == (
        Evidence("warmth", "Very warm in the snow."),
        Evidence("gift", "A birthday present for mum."),
    )


def test_blank_texts_are_refused():
    with pytest.raises(ValueError, match="leave blank texts out"):
        EncoderReader(WordEncoder(), SMALL_TAXONOMY).read([Text(Kind.REVIEW, "u", "i", "  ")])


def test_the_catalogue_text_is_composed_of_sentences():
    item = Item("i", title="Silk scarf", description="Hand rolled!", categories=("Women", ""))
    assert catalogue_text(item).text == "Silk scarf. Hand rolled! Women."
    assert catalogue_text(Item("i")).text == ""


def test_what_is_known_without_reviews_is_kept_apart():
    said = weighted([0.9, 0.1], [0, 2], "said", Kind.CATALOGUE)
    written = weighted([0.5, 0.5], [1, 0], "written")
    record = roll_up([said, written]).to_record("i", ("a", "b"), 1)
    np.testing.assert_allclose(record.weights, [0.7, 0.3])
    np.testing.assert_allclose(record.cold.weights, [0.9, 0.1])
    np.testing.assert_allclose(record.cold.vector, [0.0, 1.0])
    assert record.cold.text_count == 1
    merged = Rollup.of(written).merge(Rollup.of(said)).to_record("i", ("a", "b"), 1)
    np.testing.assert_allclose(merged.cold.weights, record.cold.weights)
    assert roll_up([written]).to_record("i", ("a", "b"), 1).cold is None
