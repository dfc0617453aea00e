"""The published prompts: facts, then the needs behind them, then the answer.

Chain of thought (Wei et al., 2022, arXiv:2201.11903) in the order of the answer's keys. A prompt
never changes once it is published: a change is a new version, and its hash is part of what
identifies an answer.
"""

import functools
import hashlib
import json
from collections.abc import Sequence
from importlib import resources
from typing import Literal

import yaml
from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig
from lmmrec_tfrs.motivation.generate.schema import GeneratedAnswer

PromptKind = Literal["review", "user", "item"]
KINDS: tuple[PromptKind, ...] = ("review", "user", "item")

Message = tuple[str, str]


class PromptExample(FrozenConfig):
    """A solved example."""

    texts: tuple[str, ...] = Field(min_length=1, description="What the model is shown.")
    answer: GeneratedAnswer = Field(description="What it is to answer.")


class Prompt(FrozenConfig):
    """What a language model is told before it reads the texts of one kind.

    >>> Prompt.load("review", "1").messages(["Too small."])[-1]
    ('user', 'Review:\\nToo small.')
    """

    version: str = Field(min_length=1, description="The version it was published as.")
    kind: PromptKind = Field(description="What the texts are of.")
    system: str = Field(min_length=1, description="The task.")
    task: str = Field(
        pattern=r"\{texts\}", description="What the model is shown, `{texts}` for the texts."
    )
    examples: tuple[PromptExample, ...] = Field(default=(), description="Solved ones.")

    @classmethod
    def versions(cls) -> tuple[str, ...]:
        """The published versions."""
        folders = resources.files("lmmrec_tfrs.motivation.generate").joinpath("prompt_files")
        return tuple(sorted(f.name[1:] for f in folders.iterdir() if f.name.startswith("v")))

    @classmethod
    def load(cls, kind: PromptKind, version: str) -> "Prompt":
        """Loads a published prompt.

        Raises:
            ValueError: there is no such version.
        """
        return cls.model_validate(yaml.safe_load(_read(kind, version)))

    def messages(self, texts: Sequence[str]) -> list[Message]:
        """The conversation up to the answer: roles and contents."""
        conversation: list[Message] = [("system", self.system)]
        for example in self.examples:
            conversation.append(("user", self.task_for(example.texts)))
            conversation.append(("assistant", example.answer.to_json()))
        return [*conversation, ("user", self.task_for(texts))]

    def task_for(self, texts: Sequence[str]) -> str:
        """What the model is shown of some texts: a line for each."""
        lines = "\n".join(" ".join(text.split()) for text in texts)
        return self.task.replace("{texts}", lines)


def prompts_hash(version: str) -> str:
    """The SHA-256 over all prompts of a version.

    Raises:
        ValueError: there is no such version.
    """
    contents = json.dumps([_read(kind, version) for kind in KINDS])
    return hashlib.sha256(contents.encode("utf-8")).hexdigest()


@functools.lru_cache(maxsize=32)
def _read(kind: PromptKind, version: str) -> str:
    if version not in Prompt.versions():
        raise ValueError(
            f"expected a published version of the prompts ({', '.join(Prompt.versions())}), "
            f"received '{version}'."
        )
    folder = resources.files("lmmrec_tfrs.motivation.generate").joinpath("prompt_files")
    return folder.joinpath(f"v{version}/{kind}.yaml").read_text(encoding="utf-8")
