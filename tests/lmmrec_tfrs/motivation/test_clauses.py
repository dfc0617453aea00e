"""Clauses: verbatim, complete and short."""

import re

from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.motivation.clauses import MAX_WORDS, split_clauses

TEXTS = st.text(max_size=400) | st.lists(
    st.sampled_from(
        ["soft", "coat", "but", "because", ".", ",", "!", " - ", "\n", "🔥", "it's", ";", "  ", "…"]
    ),
    max_size=120,
).map(" ".join)


def _clauses(text):
    return [text[start:end] for start, end in split_clauses(text)]


def test_sentences_are_clauses():
    assert _clauses("Got it for my wife. She loves it! \n\nWould buy again?") == [
        "Got it for my wife.",
        "She loves it!",
        "Would buy again?",
    ]


def test_sentences_may_lack_a_space_between_them():
    assert _clauses("It works.Buy it!Really. At 3.50 it is fine e.g. here.") == [
        "It works.",
        "Buy it!",
        "Really.",
        "At 3.50 it is fine e.g.",
        "here.",
    ]


def test_a_long_sentence_is_split_before_a_conjunction():
    text = (
        "I wore this coat every single day of a very cold January in Oslo because "
        "nothing else that I own keeps the wind out"
    )
    assert _clauses(text) == [
        "I wore this coat every single day of a very cold January in Oslo",
        "because nothing else that I own keeps the wind out",
    ]


def test_a_short_piece_stays_with_its_sentence():
    text = (
        "Yes, I bought the blue one for the office and the red one for my sister, who "
        "had wanted it for years, truly"
    )
    assert all(len(clause.split()) >= 5 for clause in _clauses(text))


def test_blank_texts_have_no_clause():
    assert split_clauses("") == []
    assert split_clauses(" \n\t ") == []


@given(TEXTS)
def test_clauses_are_ordered_short_and_leave_out_only_space(text):
    spans = split_clauses(text)

    position, left_out = 0, ""
    for start, end in spans:
        assert position <= start < end
        left_out += text[position:start]
        position = end
        assert len(re.findall(r"\S+", text[start:end])) <= MAX_WORDS
        assert text[start:end] == text[start:end].strip()
    assert (left_out + text[position:]).strip() == ""
