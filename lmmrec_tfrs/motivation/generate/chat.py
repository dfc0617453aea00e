"""How a conversation becomes the tokens that a model was tuned on."""

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

from lmmrec_tfrs.motivation.generate.config import ChatTemplateName
from lmmrec_tfrs.motivation.generate.prompts import Message


@dataclasses.dataclass(frozen=True)
class ChatTemplate:
    """What stands around the messages.

    Attributes:
        opening: before a role: a special token, or nothing.
        after_role: between a role and its message: a special token or nothing, then a string.
        closing: after a message: a special token or nothing, then a string.
        roles: the template's own names of roles.
        has_system: whether there is a system role; otherwise its message opens the user's.
    """

    opening: str
    after_role: tuple[str, str]
    closing: tuple[str, str]
    roles: dict[str, str]
    has_system: bool = True

    @property
    def special_tokens(self) -> set[str]:
        """The special tokens it needs."""
        return {self.opening, self.after_role[0], self.closing[0]} - {""}


_SAME = {"system": "system", "user": "user", "assistant": "assistant"}

TEMPLATES: dict[str, ChatTemplate] = {
    "chatml": ChatTemplate("<|im_start|>", ("", "\n"), ("<|im_end|>", "\n"), _SAME),
    "llama3": ChatTemplate(
        "<|start_header_id|>", ("<|end_header_id|>", "\n\n"), ("<|eot_id|>", ""), _SAME
    ),
    "gemma": ChatTemplate(
        "<start_of_turn>",
        ("", "\n"),
        ("<end_of_turn>", "\n"),
        {"user": "user", "assistant": "model"},
        has_system=False,
    ),
    "plain": ChatTemplate(
        "",
        ("", "\n"),
        ("", "\n\n"),
        {"system": "# Task", "user": "# Text", "assistant": "# Answer"},
    ),
}


class ChatEncoder:
    """Turns conversations into token ids.

    Args:
        tokenizer: a KerasNLP tokenizer.
        template: a template's name; 'auto' takes the first whose special tokens the
            vocabulary has.

    Raises:
        ValueError: the vocabulary lacks the template's special tokens.
    """

    def __init__(self, tokenizer: Any, template: ChatTemplateName = "auto"):
        self._tokenizer = tokenizer
        vocabulary = set(map(str, tokenizer.get_vocabulary()))
        known = (name for name, t in TEMPLATES.items() if t.special_tokens <= vocabulary)
        self.name: str = next(known) if template == "auto" else template
        self._template = TEMPLATES[self.name]
        missing = sorted(self._template.special_tokens - vocabulary)
        if missing:
            raise ValueError(
                f"expected a vocabulary with {', '.join(missing)} for the chat template "
                f"'{template}', which this model lacks: set chat_template to 'auto'."
            )
        special = {*tokenizer.special_tokens, *self._template.special_tokens}
        self._special = tuple(sorted((t for t in special if t), key=len, reverse=True))
        self._literal_ids = functools.lru_cache(maxsize=256)(self._ids)

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """The token ids of a conversation, up to where the assistant's next message begins.

        Special tokens in the messages are split, so that no text can end its own message.
        """
        template = self._template
        ids: list[int] = []
        start = getattr(self._tokenizer, "start_token_id", None)
        merged = list(messages) if template.has_system else _merge_system(messages)
        for number, (role, content) in enumerate(merged, start=1):
            ids += self._opening(role)
            # All but the last message are the same for every text.
            tokenize = self._ids if number == len(merged) else self._literal
            ids += tokenize(self._split_special(content))
            ids += self._special_id(template.closing[0]) + self._literal(template.closing[1])
        ids += self._opening("assistant")
        return ids if start is None or ids[:1] == [int(start)] else [int(start), *ids]

    def token_ids(self, text: str) -> list[int]:
        """The token ids of a text."""
        return self._ids(self._split_special(text))

    def _opening(self, role: str) -> list[int]:
        template = self._template
        special, text = template.after_role
        if special:
            name = self._literal(template.roles[role])
            return (
                self._special_id(template.opening)
                + name
                + self._special_id(special)
                + self._literal(text)
            )
        return self._special_id(template.opening) + self._literal(template.roles[role] + text)

    def _special_id(self, token: str) -> list[int]:
        return [int(self._tokenizer.token_to_id(token))] if token else []

    def _literal(self, text: str) -> list[int]:
        return list(self._literal_ids(text))

    def _ids(self, text: str) -> list[int]:
        if not text:
            return []
        # Half a UTF-16 pair cannot be written in UTF-8.
        rows = self._tokenizer([text.encode("utf-8", errors="replace").decode("utf-8")])
        rows = rows.to_list() if hasattr(rows, "to_list") else rows
        return [int(token) for token in rows[0]]

    def _split_special(self, text: str) -> str:
        for token in self._special:
            text = text.replace(token, f"{token[0]} {token[1:]}")
        return text


def _merge_system(messages: Sequence[Message]) -> list[Message]:
    (_, system), (role, first), *rest = messages
    return [(role, f"{system}\n\n{first}"), *rest]
