"""Answers by a language model on this machine, constrained so that they always parse."""

from collections.abc import Iterator, Sequence

import keras_hub

from lmmrec_tfrs.motivation.generate.chat import ChatEncoder
from lmmrec_tfrs.motivation.generate.config import GenerateConfig
from lmmrec_tfrs.motivation.generate.constrained.automaton import AnswerAutomaton
from lmmrec_tfrs.motivation.generate.constrained.decoding import ConstrainedDecoder
from lmmrec_tfrs.motivation.generate.constrained.grammar import AnswerGrammar
from lmmrec_tfrs.motivation.generate.constrained.spans import SpanIndex
from lmmrec_tfrs.motivation.generate.constrained.token_table import TokenTable
from lmmrec_tfrs.motivation.generate.prompts import KINDS, Prompt
from lmmrec_tfrs.motivation.generate.schema import GeneratedAnswer
from lmmrec_tfrs.motivation.generate.writer import Request, WrittenAnswer

# No text has more characters a token than this, so what lies beyond is not tokenised.
_CHARACTERS_PER_TOKEN = 12


class LocalWriter:
    """Writes answers with a KerasNLP causal language model.

    The decoder keeps the form: an answer parses, fits the schema, quotes verbatim and ends in
    time, whatever the model. What it says is the model's: one of 135 million parameters keeps
    the form and says little of use.

    Args:
        model: the model, with its tokenizer.
        config: the settings.
        jit_compile: compile with XLA; pays on an accelerator.
    """

    def __init__(
        self, model: keras_hub.models.CausalLM, config: GenerateConfig, jit_compile: bool = False
    ):
        self._config = config
        tokenizer = model.preprocessor.tokenizer
        self._chat = ChatEncoder(tokenizer, config.chat_template)
        self._table = TokenTable.from_tokenizer(tokenizer)
        self._grammar = AnswerGrammar(self._table, config)
        self._prompts = {kind: Prompt.load(kind, config.prompt_version) for kind in KINDS}
        self._decoder = ConstrainedDecoder(model, config.batch_size, jit_compile)
        self.num_tokens_read = 0

    @property
    def num_new_tokens(self) -> int:
        """The tokens that the model chose so far."""
        return self._decoder.num_new_tokens

    def answers(self, requests: Sequence[Request]) -> Iterator[WrittenAnswer]:
        """Answers requests, each as soon as it is finished.

        An interruption of the iteration loses no answer that was yielded.
        """
        limit = self._config.max_new_tokens
        prompts: list[list[int]] = []
        automata: list[AnswerAutomaton] = []
        shown: list[tuple[str, ...]] = []
        for request in requests:
            texts = self._cut(request.texts)
            shown.append(texts)
            prompts.append(self._chat.encode(self._prompts[request.kind].messages(texts)))
            automata.append(AnswerAutomaton(self._grammar, SpanIndex(texts, self._table), limit))
        for index in self._decoder.decode(prompts, automata, limit):
            self.num_tokens_read += sum(len(self._chat.token_ids(text)) for text in shown[index])
            raw = GeneratedAnswer.model_validate_json(automata[index].text)
            yield WrittenAnswer(index, raw, raw.to_profile())

    def _cut(self, texts: Sequence[str]) -> tuple[str, ...]:
        """The texts up to `max_tokens` in all."""
        kept: list[str] = []
        room = self._config.max_tokens
        for text in texts:
            beginning = text[: room * _CHARACTERS_PER_TOKEN]
            tokens = self._chat.token_ids(beginning)
            if len(tokens) >= room:
                read = b"".join(self._table.tokens[token] for token in tokens[:room])
                kept.append(beginning[: len(read.decode("utf-8", errors="ignore"))])
                break
            kept.append(beginning)
            room -= len(tokens)
        return tuple(kept)
