"""The published schema and prompts."""

import pytest
from pydantic import ValidationError

from lmmrec_tfrs.motivation.generate.prompts import KINDS, Prompt, prompts_hash
from lmmrec_tfrs.motivation.generate.schema import (
    GeneratedAnswer,
    answer_schema,
    keep_verbatim,
    published_schema,
)
from lmmrec_tfrs.motivation.profile import MotivationProfile

ANSWER = {
    "facts": ["for my wedding"],
    "needs": ["to look well"],
    "motivations": [
        {"motivation": "rain ", "polarity": "avoids", "weight": 0.4, "evidence": []},
        {"motivation": "wedding", "polarity": "seeks", "weight": 0.9, "evidence": ["my wedding"]},
        {"motivation": "Wedding", "polarity": "seeks", "weight": 0.2, "evidence": []},
    ],
    "preferences": ["silk", " silk", " "],
    "attributes": ["light"],
}


def test_the_published_schema_is_that_of_the_model():
    assert published_schema() == answer_schema()


def test_thought_comes_before_the_answer_in_the_schema():
    assert list(published_schema()["properties"]) == [
        "facts",
        "needs",
        "motivations",
        "preferences",
        "attributes",
    ]


@pytest.mark.parametrize("key", list(ANSWER))
def test_no_key_may_be_missing(key):
    with pytest.raises(ValidationError, match=key):
        GeneratedAnswer.model_validate({k: v for k, v in ANSWER.items() if k != key})


def test_a_profile_is_heaviest_first_and_says_nothing_twice():
    profile = GeneratedAnswer.model_validate(ANSWER).to_profile()
    assert [(m.motivation, m.weight) for m in profile.motivations] == [
        ("wedding", 0.9),
        ("rain", 0.4),
    ]
    assert profile.preferences == ("silk",)


def test_evidence_that_is_not_verbatim_is_removed_and_counted():
    profile = MotivationProfile(
        motivations=[{"motivation": "m", "evidence": ["my wedding", "My wedding", "made up"]}],
        attributes=["light", "heavy"],
    )
    kept, removed = keep_verbatim(profile, ["For my", "my wedding, so light."])
    assert kept.motivations[0].evidence == ("my wedding",)
    assert kept.attributes == ("light",)
    assert removed == 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", Prompt.versions())
def test_prompts_practise_what_they_ask_for(kind, version):
    prompt = Prompt.load(kind, version)
    assert (prompt.kind, prompt.version) == (kind, version)
    assert prompt.examples
    for example in prompt.examples:
        assert all(any(q in text for text in example.texts) for q in example.answer.quotes)
        assert all(getattr(example.answer, key) for key in ANSWER)
    # Every key of the schema is explained, in the order of thought.
    mentioned = [prompt.system.index(f'"{key}"') for key in ANSWER]
    assert mentioned == sorted(mentioned)


def test_a_published_prompt_never_changes():
    # A change is a new version: add a folder, and its hash here.
    assert {version: prompts_hash(version)[:16] for version in Prompt.versions()} == {
        "1": "64b98a8ec1338553",
    }


def test_texts_are_shown_a_line_each():
    messages = Prompt.load("user", "1").messages(["two\nlines", "{texts} in braces"])
    assert messages[-1] == ("user", "Texts of one person:\ntwo lines\n{texts} in braces")
    assert [role for role, _ in messages] == ["system", "user", "assistant", "user"]


def test_unknown_versions_are_refused():
    with pytest.raises(ValueError, match="published version"):
        Prompt.load("review", "0")
