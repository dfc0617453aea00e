"""What writes answers: a language model here, or a server."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Protocol

from lmmrec_tfrs.motivation.generate.prompts import PromptKind
from lmmrec_tfrs.motivation.generate.schema import GeneratedAnswer
from lmmrec_tfrs.motivation.profile import MotivationProfile


@dataclasses.dataclass(frozen=True)
class Request:
    """Texts that are to be answered together.

    Attributes:
        kind: which prompt is used.
        texts: one review, or the texts of one user or item.
    """

    kind: PromptKind
    texts: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class WrittenAnswer:
    """An answer that is valid.

    Attributes:
        index: of its request.
        raw: what the model wrote, with its steps of thought.
        profile: what is kept; its evidence is verbatim.
        num_unfaithful_quotes: evidence and attributes that were removed as not in the texts.
    """

    index: int
    raw: GeneratedAnswer
    profile: MotivationProfile
    num_unfaithful_quotes: int = 0


@dataclasses.dataclass(frozen=True)
class FailedAnswer:
    """A request that stays without a valid answer, after all retries.

    Attributes:
        index: of its request.
        reason: why; holds no word of the texts.
        attempts: how often it was tried.
    """

    index: int
    reason: str
    attempts: int


class FailedAnswersError(RuntimeError):
    """More requests than allowed stay without an answer."""


class AnswerWriter(Protocol):
    """Writes answers."""

    @property
    def num_tokens_read(self) -> int:
        """The tokens of texts that were read so far."""
        ...

    def answers(self, requests: Sequence[Request]) -> Iterator[WrittenAnswer | FailedAnswer]:
        """Answers requests in any order, each as soon as it is finished."""
        ...
