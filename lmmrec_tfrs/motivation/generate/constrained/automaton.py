"""The state of one answer while it is being written."""

import dataclasses

import numpy as np

from lmmrec_tfrs.motivation.generate.constrained.grammar import (
    AnswerGrammar,
    Choice,
    End,
    Phrase,
    Quote,
)
from lmmrec_tfrs.motivation.generate.constrained.spans import Positions, SpanIndex


@dataclasses.dataclass(frozen=True)
class _InChoice:
    node: int
    alive: tuple[int, ...]
    offset: int


@dataclasses.dataclass(frozen=True)
class _InPhrase:
    node: int
    num_characters: int


@dataclasses.dataclass(frozen=True)
class _InQuote:
    node: int
    positions: Positions | None


@dataclasses.dataclass(frozen=True)
class _Finished:
    node: int


_State = _InChoice | _InPhrase | _InQuote | _Finished


class AnswerAutomaton:
    """Says which tokens may come next, so that the answer parses, quotes verbatim and fits.

    Args:
        grammar: the shape of an answer, with its vocabulary.
        spans: what may be quoted.
        max_new_tokens: the answer is closed within so many tokens.
    """

    def __init__(self, grammar: AnswerGrammar, spans: SpanIndex, max_new_tokens: int):
        self._grammar = grammar
        self._table = grammar.table
        self._spans = spans
        self._costs = grammar.costs(tuple(spans.cost(n) for n in grammar.quote_limits))
        self._left = max_new_tokens
        self._written: list[int] = []
        self._state = self._enter(grammar.start)
        self._prepare()

    @property
    def finished(self) -> bool:
        """Whether the answer is complete."""
        return isinstance(self._state, _Finished)

    @property
    def token_ids(self) -> tuple[int, ...]:
        """The tokens that were written."""
        return tuple(self._written)

    @property
    def text(self) -> str:
        """What was written so far: JSON, once it is finished."""
        written = b"".join(self._table.tokens[token] for token in self._written)
        return written.decode("utf-8", errors="replace")

    @property
    def forced(self) -> int | None:
        """The next token, where there is only one."""
        if self._room or len(self._next) != 1:
            return None
        return next(iter(self._next))

    def allow(self, mask: np.ndarray) -> None:
        """Sets a mask to the tokens that may come next, bool `[at least the vocabulary]`."""
        mask[:] = False
        if self._room:
            first = isinstance(self._state, _InPhrase) and self._state.num_characters == 0
            mask[: len(self._table)] = self._table.plain(self._room, first)
        mask[list(self._next)] = True

    def advance(self, token: int) -> None:
        """Writes a token.

        Raises:
            ValueError: it is none of those that may come next.
        """
        state = self._next.get(token)
        if state is None and self._room and isinstance(self._state, _InPhrase):
            characters = self._table.num_plain_characters(token)
            if 0 < characters <= self._room:
                state = _InPhrase(self._state.node, self._state.num_characters + characters)
        if state is None:
            raise ValueError(f"expected a token that is allowed here, received {token}.")
        self._written.append(token)
        self._left -= 1
        self._state = state
        self._prepare()

    def _enter(self, node: int) -> _State:
        match self._grammar.nodes[node]:
            case Choice() as choice:
                return _InChoice(node, tuple(range(len(choice.options))), 0)
            case Phrase():
                return _InPhrase(node, 0)
            case Quote():
                return _InQuote(node, None)
            case End():
                return _Finished(node)

    def _cost(self, state: _State) -> int:
        """The least number of tokens after a state."""
        match state:
            case _InChoice():
                return self._costs.choice(state.node, state.alive, state.offset)
            case _InPhrase(node, characters):
                return self._costs.nodes[node] - (characters > 0)
            case _InQuote(node, positions):
                quote = self._grammar.nodes[node]
                assert isinstance(quote, Quote)
                if positions is None:
                    return self._costs.nodes[node]
                return self._spans.cost_to_close(positions) + self._costs.nodes[quote.exit]
            case _Finished():
                return 0

    def _prepare(self) -> None:
        """Finds the tokens that may come next, and the state after each."""
        self._next: dict[int, _State] = {}
        # Characters that a phrase has room for, 0 outside phrases.
        self._room = 0
        node = self._grammar.nodes[self._state.node]
        match self._state:
            case _InChoice():
                self._next = self._choose(self._state)
            case _InPhrase(_, characters):
                assert isinstance(node, Phrase)
                if self._left - 1 >= self._costs.nodes[node.exit]:
                    self._room = node.max_characters - characters
                if characters:
                    self._next = self._exit(node.exit)
            case _InQuote(_, positions):
                assert isinstance(node, Quote)
                self._next = self._quote(self._state.node, node, positions)

    def _exit(self, node: int) -> dict[int, _State]:
        state = self._enter(node)
        assert isinstance(state, _InChoice)
        return self._choose(state)

    def _choose(self, state: _InChoice) -> dict[int, _State]:
        choice = self._grammar.nodes[state.node]
        assert isinstance(choice, Choice)
        found: dict[int, _State] = {}
        last_resorts: dict[int, _State] = {}
        for token, alive, offset in self._grammar.choice_tokens(
            state.node, state.alive, state.offset
        ):
            after: _State = _InChoice(state.node, alive, offset)
            if self._cost(after) > self._left - 1:
                continue
            # Of those options only that still fit: another could not be finished.
            costs = self._costs.options[state.node]
            fitting = tuple(o for o in alive if costs[o][offset] <= self._left - 1)
            after = _InChoice(state.node, fitting, offset)
            option = choice.options[fitting[0]]
            if offset == len(option.literal):
                after = self._enter(option.target)
            only_last = all(choice.options[o].last_resort for o in fitting)
            (last_resorts if only_last else found)[token] = after
        return found or last_resorts

    def _quote(self, index: int, node: Quote, positions: Positions | None) -> dict[int, _State]:
        steps = (
            self._spans.begin(node.max_bytes)
            if positions is None
            else self._spans.step(positions, node.max_bytes)
        )
        found: dict[int, _State] = {
            token: state
            for token, after in steps.items()
            if self._cost(state := _InQuote(index, after)) <= self._left - 1
        }
        if positions is not None and self._spans.can_close(positions):
            # No quote goes on with the bare `"` that ends it: the text's own are escaped.
            found |= self._exit(node.exit)
        return found
