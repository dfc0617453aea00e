"""The fixed shape of an answer, as a graph of what may be written next.

The graph has no cycle: every array is unrolled up to its largest length, so the least number of
tokens that finishes an answer is known everywhere, and an answer is always closed in time.
Constrained decoding after Willard and Louf (2023, arXiv:2307.09702), with quotes on top.
"""

import dataclasses
import functools

from lmmrec_tfrs.motivation.generate.config import GenerateConfig
from lmmrec_tfrs.motivation.generate.constrained.token_table import UNREACHABLE, TokenTable

MAX_PREFERENCES = 3
MAX_ATTRIBUTES = 4
MAX_EVIDENCE = 2
_MAX_ATTRIBUTE_BYTES = 40
_WEIGHTS = ("1.0", *(f"0.{tenth}" for tenth in range(9, 0, -1)))
# Tokens that facts and needs leave to the motivations, and these to the rest, as shares.
_MOTIVATIONS_SHARE = 0.55
_PREFERENCES_SHARE = 0.15
_ATTRIBUTES_SHARE = 0.07


@dataclasses.dataclass(frozen=True)
class Option:
    """A literal and the node after it; a last resort is taken only where nothing else fits."""

    literal: bytes
    target: int
    last_resort: bool = False


@dataclasses.dataclass(frozen=True)
class Choice:
    """One of several literals, none of which begins another."""

    options: tuple[Option, ...]
    reserve: int = 0


@dataclasses.dataclass(frozen=True)
class Phrase:
    """Words of the model's own, then the choice `exit`."""

    max_characters: int
    exit: int


@dataclasses.dataclass(frozen=True)
class Quote:
    """Words of the text, verbatim, then the choice `exit`."""

    max_bytes: int
    exit: int


@dataclasses.dataclass(frozen=True)
class End:
    """The answer is complete."""


Node = Choice | Phrase | Quote | End


@dataclasses.dataclass(frozen=True)
class Costs:
    """The least number of tokens that finish an answer, for texts of some quotability."""

    nodes: tuple[int, ...]
    options: tuple[tuple[tuple[int, ...], ...], ...]

    def choice(self, node: int, alive: tuple[int, ...], offset: int) -> int:
        """From within a choice: `offset` bytes into the options `alive`."""
        return min(self.options[node][option][offset] for option in alive)


class AnswerGrammar:
    """The graph of an answer for one vocabulary.

    Args:
        table: the vocabulary.
        config: the limits.

    Raises:
        ValueError: the vocabulary cannot write JSON, or `max_new_tokens` leaves no room.
    """

    def __init__(self, table: TokenTable, config: GenerateConfig):
        self.table = table
        self.nodes: list[Node] = []
        self.start = self._build(config)
        self.quote_limits = tuple(
            sorted({node.max_bytes for node in self.nodes if isinstance(node, Quote)})
        )
        self._literal_costs = [
            [table.suffix_costs(o.literal) for o in node.options]
            if isinstance(node, Choice)
            else []
            for node in self.nodes
        ]
        self.costs = functools.lru_cache(maxsize=256)(self._costs)
        self.choice_tokens = functools.lru_cache(maxsize=8192)(self._choice_tokens)
        least = self.costs((UNREACHABLE,) * len(self.quote_limits)).nodes[self.start]
        if least >= UNREACHABLE:
            raise ValueError(
                "expected a vocabulary that can write JSON, but it lacks one of its characters: "
                "choose another language model."
            )
        if least > config.max_new_tokens:
            raise ValueError(
                f"expected max_new_tokens of at least {least} for this vocabulary, received "
                f"{config.max_new_tokens}: raise it."
            )

    def _add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _build(self, config: GenerateConfig) -> int:
        """Builds the graph from its end to its start; returns the start."""

        def kept(share: float) -> int:
            return round(share * config.max_new_tokens)

        phrase = functools.partial(self._phrase, config.max_phrase_characters)
        quote = functools.partial(self._quote, config.max_quote_bytes)
        attribute = functools.partial(self._quote, _MAX_ATTRIBUTE_BYTES)
        end = self._add(End())
        attributes = self._array(' "attributes": [', attribute, MAX_ATTRIBUTES, "}", end)
        attributes = self._reserving(attributes, kept(_ATTRIBUTES_SHARE))
        preferences = self._array(' "preferences": [', phrase, MAX_PREFERENCES, ",", attributes)
        preferences = self._reserving(preferences, kept(_PREFERENCES_SHARE))
        motivations = self._motivations(config.max_motivations, phrase, quote, preferences)
        motivations = self._reserving(motivations, kept(_MOTIVATIONS_SHARE))
        needs = self._array(' "needs": [', phrase, config.max_motivations, ",", motivations)
        return self._array(
            '{"facts": [', quote, config.max_motivations, ",", needs, at_least_one=True
        )

    def _phrase(self, max_characters: int, exit_: int) -> int:
        return self._add(Phrase(max_characters, exit_))

    def _quote(self, max_bytes: int, exit_: int) -> int:
        return self._add(Quote(max_bytes, exit_))

    def _choice(self, *options: tuple[str, int]) -> int:
        return self._add(Choice(tuple(Option(text.encode(), node) for text, node in options)))

    def _reserving(self, node: int, tokens: int) -> int:
        """Has what comes before a choice leave tokens to it, where it can."""
        choice = self.nodes[node]
        assert isinstance(choice, Choice)
        self.nodes[node] = dataclasses.replace(choice, reserve=tokens)
        return node

    def _array(
        self,
        opening: str,
        slot: "functools.partial[int]",
        count: int,
        closing: str,
        target: int,
        at_least_one: bool = False,
    ) -> int:
        """An array of strings; `closing` follows its bracket."""
        exit_ = self._choice((f'"]{closing}', target))
        node = slot(exit_)
        for _ in range(count - 1):
            node = slot(self._choice(('", "', node), (f'"]{closing}', target)))
        filled = Option(f'{opening}"'.encode(), node)
        empty = Option(f"{opening}]{closing}".encode(), target, last_resort=at_least_one)
        return self._add(Choice((filled, empty)))

    def _motivations(
        self,
        count: int,
        phrase: "functools.partial[int]",
        quote: "functools.partial[int]",
        target: int,
    ) -> int:
        more: list[tuple[str, int]] = []
        node = target
        for _ in range(count):
            after = self._choice(*more, ("],", target))
            evidence = self._array(
                ', "evidence": [', quote, MAX_EVIDENCE, "}", after, at_least_one=True
            )
            weight = self._choice(*((value, evidence) for value in _WEIGHTS))
            polarity = self._choice(
                ('", "polarity": "seeks", "weight": ', weight),
                ('", "polarity": "avoids", "weight": ', weight),
            )
            node = phrase(polarity)
            more = [(', {"motivation": "', node)]
        return self._choice(
            (' "motivations": [{"motivation": "', node), (' "motivations": [],', target)
        )

    def _costs(self, quote_costs: tuple[int, ...]) -> Costs:
        """Costs by the least number of tokens of a quote, for each of `quote_limits`."""
        nodes: list[int] = []
        options: list[tuple[tuple[int, ...], ...]] = []
        # Targets come before the nodes that lead to them.
        for node, literals in zip(self.nodes, self._literal_costs, strict=True):
            of_options: list[tuple[int, ...]] = []
            match node:
                case End():
                    cost = 0
                case Phrase():
                    cost = 1 + nodes[node.exit]
                case Quote():
                    words = quote_costs[self.quote_limits.index(node.max_bytes)]
                    cost = words + nodes[node.exit]
                case Choice():
                    of_options = [
                        tuple(c + self._entry(option.target, nodes) for c in suffixes)
                        for option, suffixes in zip(node.options, literals, strict=True)
                    ]
                    cost = min(costs[0] for costs in of_options)
            nodes.append(min(cost, UNREACHABLE))
            options.append(tuple(of_options))
        return Costs(tuple(nodes), tuple(options))

    def _entry(self, target: int, costs: list[int]) -> int:
        node = self.nodes[target]
        return max(costs[target], node.reserve) if isinstance(node, Choice) else costs[target]

    def _choice_tokens(
        self, node: int, alive: tuple[int, ...], offset: int
    ) -> tuple[tuple[int, tuple[int, ...], int], ...]:
        """The tokens that go on with a choice, with the options and the offset after each.

        What all options share is written in the fewest tokens; where they part, the model
        chooses among all tokens.
        """
        choice = self.nodes[node]
        assert isinstance(choice, Choice)
        rests = {option: choice.options[option].literal[offset:] for option in alive}
        shared = _shared_length(list(rests.values()))
        tokens: dict[int, int] = {}
        for option, rest in rests.items():
            costs = self._literal_costs[node][option]
            found = self.table.matches(rest, 0, len(rest))
            tokens.update((token, length) for token, length in found if length > shared)
            # Among the cheapest the longest, which comes last.
            best = min(reversed(found), key=lambda f: costs[offset + f[1]], default=None)
            if best is not None:
                tokens[best[0]] = best[1]
        if len(rests) == 1 and best is not None:
            tokens = dict([best])
        return tuple(
            (
                token,
                tuple(o for o, rest in rests.items() if rest.startswith(self.table.tokens[token])),
                offset + length,
            )
            for token, length in tokens.items()
        )


def _shared_length(literals: list[bytes]) -> int:
    first, last = min(literals), max(literals)
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    return length
