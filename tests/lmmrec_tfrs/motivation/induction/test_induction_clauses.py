"""From texts to clauses that say why: what is kept, masked, dropped and counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.motivation.induction.candidates import gather_candidates, words_of
from lmmrec_tfrs.motivation.induction.config import InductionConfig
from lmmrec_tfrs.motivation.induction.content import ContentWords
from lmmrec_tfrs.motivation.induction.reasons import reason_score
from lmmrec_tfrs.motivation.induction.titles import TitleMask

CONFIG = InductionConfig()
NO_CORPUS = ContentWords(frozenset(), frozenset(), frozenset())


@pytest.mark.parametrize(
    "clause",
    [
        "Because I wanted to relax after work.",
        "If you like puzzles you will love it.",
        "Great to play with friends",
        "Bought it for my daughter.",
        "It reminds me of the nineties.",
    ],
)
def test_named_reasons_score_one_or_more(clause):
    assert reason_score(clause) >= 1.0


@pytest.mark.parametrize(
    "clause", ["It crashes on startup.", "They should fix the servers", "I wish it had a map."]
)
def test_complaints_score_below_zero(clause):
    assert reason_score(clause) < 0


def test_praise_alone_has_no_content():
    assert NO_CORPUS.reduce("Great game, I love it, would recommend to everyone!") == ""
    assert NO_CORPUS.reduce("I love the relaxing music.") == "relaxing music"


def test_what_is_left_out_is_counted():
    texts = [
        "Great to play with friends. Fun!",
        "great to play with FRIENDS.",
        "The servers crashed again and again last night.",
        "^^^^^^^^ this ======= is %%%%%%% great %%%%%%%% for ======= my ^^^^^^^^ friends",
        "Um jogo muito bom para jogar com amigos.",
    ]

    found = gather_candidates(texts, CONFIG)

    assert found.clauses == ["Great to play with friends."]
    assert found.num_texts == 5
    assert found.dropped["repeated"] == 1
    assert found.dropped["too short"] == 1
    assert found.dropped["no reason"] == 1
    assert found.dropped["no language"] == 1
    assert found.dropped["no English"] == 1


def test_pasted_sentences_are_dropped():
    pasted = "I love to eat the whole big cake with my friends every day."

    found = gather_candidates([pasted] * 3 + ["I love to bake with my family."], CONFIG)

    assert found.clauses == ["I love to bake with my family."]
    assert found.dropped["pasted"] == 1


def test_clauses_with_personal_data_are_left_out():
    found = gather_candidates(
        ["I love to play with SECRET every day."],
        CONFIG,
        mask=lambda text: text.replace("SECRET", "[NAME]"),
    )

    assert found.clauses == []
    assert found.dropped["personal data"] == 1


def test_the_sample_is_bounded_and_seeded():
    names = ["cats", "dogs", "birds", "trains", "cars", "boats"]
    texts = [f"I love the {name} because of the colours." for name in names]
    config = InductionConfig(max_texts=5, max_clauses=12, seed=3)

    first, second = (gather_candidates(texts, config) for _ in range(2))

    assert first == second
    assert first.num_texts == 5


@pytest.mark.parametrize(
    ("clause", "masked"),
    [
        ("I love Portal 2 with friends", "I love it with friends"),
        ("portal is fun", "it is fun"),
        ("the Portal story", "it story"),
        ("transportal", "transportal"),
    ],
)
def test_the_own_title_is_taken_out(clause, masked):
    assert TitleMask({"i": "Portal 2"}).mask(clause, "i") == masked
    assert TitleMask({"i": "Portal 2"}).mask(clause, "other") == clause


def test_short_forms_of_a_title_are_taken_out():
    mask = TitleMask({"i": "The Elder Scrolls V: Skyrim™", "j": "Grand Theft Auto"})

    assert mask.mask("The Elder Scrolls V is fun", "i") == "it is fun"
    assert mask.mask("GTA is fun", "j") == "it is fun"


def test_names_and_rare_and_general_words_are_no_content():
    clauses = [f"the game in Paris has colour{'' if i % 2 else 's'} {i}" for i in range(40)]
    content = ContentWords.fit([*clauses, *["a quiet forest walk"] * 3], 0.5)

    assert "paris" in content.names
    assert "game" in content.generic
    assert not content.is_content("colour")
    assert content.reduce("a quiet forest walk in Paris") == "quiet forest walk"


@given(st.text(max_size=200))
def test_any_text_is_handled(text):
    found = gather_candidates([text], CONFIG)

    assert sum(found.dropped.values()) + len(found.clauses) == found.num_clauses
    for clause in found.clauses:
        assert CONFIG.min_words <= len(words_of(clause)) <= CONFIG.max_words
    NO_CORPUS.reduce(text)
    TitleMask({"": text}).mask("a title", "")
