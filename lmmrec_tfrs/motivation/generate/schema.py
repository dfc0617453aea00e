"""The published schema of what a language model answers.

`answer.schema.json` beside this file is its JSON schema, also sent to servers that constrain
their decoding. The order of the keys is the order of thought: facts, needs, answer.
"""

import json
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import Any

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig
from lmmrec_tfrs.motivation.profile import MotivationProfile, Polarity, StatedMotivation


class WrittenMotivation(StatedMotivation):
    """One motivation as a language model writes it: nothing is left to a default."""

    polarity: Polarity = Field(description="Whether it is sought or avoided.")
    weight: float = Field(gt=0.0, le=1.0, description="How much it matters.")
    evidence: tuple[str, ...] = Field(description="Quotes from the text that support it, verbatim.")


class GeneratedAnswer(FrozenConfig):
    """A motivation profile, after the steps of thought that lead to it.

    >>> answer = GeneratedAnswer(
    ...     facts=["for my wedding"], needs=["to look well"], motivations=[], preferences=[],
    ...     attributes=["silk", "silk "]
    ... )
    >>> answer.to_profile().attributes
    ('silk',)
    """

    facts: tuple[str, ...] = Field(description="Quotes that matter, verbatim.")
    needs: tuple[str, ...] = Field(description="The needs behind the facts.")
    motivations: tuple[WrittenMotivation, ...] = Field(description="What is sought or avoided.")
    preferences: tuple[str, ...] = Field(
        description="What the writer likes in things of this kind."
    )
    attributes: tuple[str, ...] = Field(description="What the text says of the item, in its words.")

    @property
    def quotes(self) -> tuple[str, ...]:
        """All that has to be in the texts verbatim: facts, evidence and attributes."""
        evidence = (quote for m in self.motivations for quote in m.evidence)
        return (*self.facts, *evidence, *self.attributes)

    def to_json(self) -> str:
        """The answer as JSON on one line, with the blanks that a language model expects."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False)

    def to_profile(self) -> MotivationProfile:
        """The profile without the steps of thought: heaviest first, nothing twice."""
        distinct: dict[tuple[str, str], StatedMotivation] = {}
        for motivation in sorted(self.motivations, key=lambda m: -m.weight):
            phrase = motivation.motivation.strip()
            if phrase:
                stated = StatedMotivation(
                    motivation=phrase,
                    polarity=motivation.polarity,
                    weight=motivation.weight,
                    evidence=_distinct(motivation.evidence),
                )
                distinct.setdefault((phrase.casefold(), stated.polarity), stated)
        return MotivationProfile(
            motivations=tuple(distinct.values()),
            preferences=_distinct(self.preferences),
            attributes=_distinct(self.attributes),
        )


def _distinct(phrases: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p.strip() for p in phrases if p.strip()))


def keep_verbatim(
    profile: MotivationProfile, texts: Sequence[str]
) -> tuple[MotivationProfile, int]:
    """Removes evidence and attributes that no text holds verbatim.

    Returns:
        The profile without them, and how many there were.

    >>> profile = MotivationProfile(attributes=["red", "blue"])
    >>> keep_verbatim(profile, ["A red hat."])
    (MotivationProfile(motivations=(), preferences=(), attributes=('red',)), 1)
    """

    def kept(quotes: Sequence[str]) -> tuple[str, ...]:
        return tuple(quote for quote in quotes if any(quote in text for text in texts))

    faithful = profile.model_copy(
        update={
            "motivations": tuple(
                m.model_copy(update={"evidence": kept(m.evidence)}) for m in profile.motivations
            ),
            "attributes": kept(profile.attributes),
        }
    )
    return faithful, _num_quotes(profile) - _num_quotes(faithful)


def _num_quotes(profile: MotivationProfile) -> int:
    return len(profile.attributes) + sum(len(m.evidence) for m in profile.motivations)


def answer_schema() -> dict[str, Any]:
    """The JSON schema of an answer, its descriptions without our doctests."""
    schema = GeneratedAnswer.model_json_schema()
    for part in (schema, *schema["$defs"].values()):
        part["description"] = part["description"].partition("\n\n>>>")[0]
    return schema


def published_schema() -> dict[str, Any]:
    """The JSON schema as `answer.schema.json` has it; a test holds the two equal."""
    file = resources.files("lmmrec_tfrs.motivation.generate").joinpath("answer.schema.json")
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded
