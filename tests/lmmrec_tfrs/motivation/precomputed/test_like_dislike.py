"""Profiles as [Like] and [Dislike] bullets: what is kept, what is dropped and counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.motivation.precomputed.like_dislike import parse_like_dislike

LETTERS = st.text(alphabet="abcdefgh ", min_size=1, max_size=40).filter(str.strip)
PHRASES = st.lists(
    LETTERS.map(lambda words: "x" + " ".join(words.split())), max_size=6, unique=True
)


def _text(likes, dislikes):
    lines = ["[Like]", *(f"- {p}" for p in likes), "", "[Dislike]", *(f"- {p}" for p in dislikes)]
    return "\n".join(lines)


def test_bullets_are_sought_and_avoided_in_their_order():
    parsed = parse_like_dislike(_text(["Clever twists", "Dry wit"], ["Gore"]))

    assert parsed.profile.sought == ("Clever twists", "Dry wit")
    assert parsed.profile.avoided == ("Gore",)
    assert (parsed.num_empty, parsed.num_repeated, parsed.num_other) == (0, 0, 0)


@pytest.mark.parametrize(
    "nothing",
    ["None", "None.", "none mentioned by several users.", "N/A", "**None**", "", "...",
     "Nothing", "Not enough answers provided.", "None (for several users)"],
)  # fmt: skip
def test_bullets_that_say_nothing_are_counted(nothing):
    parsed = parse_like_dislike(_text(["Clever twists"], [nothing]))

    assert parsed.profile.avoided == ()
    assert parsed.num_empty == 1


@pytest.mark.parametrize("phrase", ["None of the jokes land", "Nothing happens", "Not scary"])
def test_bullets_that_only_begin_so_are_kept(phrase):
    assert parse_like_dislike(_text([], [phrase])).profile.avoided == (phrase,)


def test_repeated_sections_are_joined_and_repeated_bullets_counted():
    parsed = parse_like_dislike("[Like]\n- A\n\n[Dislike]\n- None\n---\n[Like]\n- a.\n- B\n\n[Like")

    assert parsed.profile.sought == ("A", "B")
    assert (parsed.num_empty, parsed.num_repeated, parsed.num_other) == (1, 1, 0)


def test_headings_may_be_emphasised_or_lack_brackets():
    parsed = parse_like_dislike("**[Like]**\n- **A**\n\n## Dislikes:\n* B\n")

    assert (parsed.profile.sought, parsed.profile.avoided) == (("A",), ("B",))


def test_a_bullet_goes_on_in_the_next_line_but_not_after_a_blank_one():
    parsed = parse_like_dislike("[Like]\n- Voices by Chris\nPratt and others\n\nThat was all.")

    assert parsed.profile.sought == ("Voices by Chris Pratt and others",)
    assert parsed.num_other == 1


def test_without_headings_the_first_word_decides():
    parsed = parse_like_dislike("- Enjoys depth\n- Dislikes gore")

    assert parsed.profile.sought == ("Enjoys depth",)
    assert parsed.profile.avoided == ("Dislikes gore",)


def test_a_very_long_bullet_is_cut_before_a_word():
    parsed = parse_like_dislike("[Like]\n- " + "word " * 100)

    (phrase,) = parsed.profile.sought
    assert len(phrase) <= 200
    assert phrase.endswith("word")
    assert parsed.num_cut == 1


@given(likes=PHRASES, dislikes=PHRASES)
def test_every_bullet_comes_back(likes, dislikes):
    parsed = parse_like_dislike(_text(likes, dislikes))

    assert parsed.profile.sought == tuple(likes)
    assert parsed.profile.avoided == tuple(dislikes)


@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(
            ["[Like]", "[Dislike]", "- ", "-", "\n", "None", "**", "A b", "[Lik", ":", "• c", "1."]
        ),
        max_size=40,
    ).map("".join)
)
def test_any_text_parses(text):
    parsed = parse_like_dislike(text)

    phrases = [m.motivation for m in parsed.profile.motivations]
    assert all(phrase.strip() == phrase and len(phrase) <= 200 for phrase in phrases)
    assert len(phrases) + parsed.num_empty + parsed.num_repeated <= len(text)
