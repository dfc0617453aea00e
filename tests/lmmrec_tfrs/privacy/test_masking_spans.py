"""Findings that overlap, and plain spellings of texts."""

from lmmrec_tfrs.privacy.normalisation import normalise
from lmmrec_tfrs.privacy.spans import Span, merge_overlapping


def test_the_longest_gives_its_kind_and_the_union_is_kept() -> None:
    spans = [Span(4, 9, "phone"), Span(0, 6, "card"), Span(20, 22, "url")]
    assert merge_overlapping(spans, ("phone", "card", "url")) == [
        Span(0, 9, "card"),
        Span(20, 22, "url"),
    ]


def test_of_equal_length_the_first_kind_wins() -> None:
    spans = [Span(0, 5, "url"), Span(0, 5, "email")]
    assert merge_overlapping(spans, ("email", "url")) == [Span(0, 5, "email")]
    assert merge_overlapping(spans, ("url", "email")) == [Span(0, 5, "url")]


def test_spans_that_touch_stay_apart() -> None:
    spans = [Span(0, 5, "url"), Span(5, 7, "url")]
    assert merge_overlapping(spans, ("url",)) == spans


def test_positions_lead_back_past_invisible_characters() -> None:
    original = "a\u200bb\u00adc d"
    plain = normalise(original)
    assert plain.text == "abc d"
    start, end = plain.original(0, 3)
    assert original[start:end] == "a\u200bb\u00adc"


def test_full_width_signs_are_spelt_plainly() -> None:
    assert normalise("j\uff20ex\uff0ecom, \uff15\uff15").text == "j@ex.com, 55"
