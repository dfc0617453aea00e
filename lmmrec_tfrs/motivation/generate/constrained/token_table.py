"""What each token of a vocabulary writes, as bytes."""

import functools
import re
from collections.abc import Sequence
from typing import Any

import keras_hub
import numpy as np

_SPECIAL = re.compile(r"<\|.*\|>|<[a-z_/0-9]+>|\[/?[A-Z_]+\]", re.DOTALL)
_SENTENCE_PIECE_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_PLAIN_MARKS = frozenset(" '\u2019,.-&/%+")

UNREACHABLE = 1 << 30


class TokenTable:
    """The tokens of a vocabulary, found by what they write.

    Args:
        tokens: the bytes of each token, by id; empty for one that is never to be written.

    >>> table = TokenTable([b"a", b"b", b"ab", b"", b'"'])
    >>> table.matches(b"abba", 0, 4)
    [(0, 1), (2, 2)]
    >>> table.suffix_costs(b"abba")
    [3, 3, 2, 1, 0]
    """

    def __init__(self, tokens: Sequence[bytes]):
        self.tokens = tuple(tokens)
        self._ids: dict[bytes, int] = {}
        lengths: dict[bytes, set[int]] = {}
        for token_id, token in enumerate(self.tokens):
            if token and token not in self._ids:
                self._ids[token] = token_id
                lengths.setdefault(token[:2], set()).add(len(token))
        # Vocabularies hold a few very long tokens: look only where one can begin.
        self._lengths = {start: tuple(sorted(found)) for start, found in lengths.items()}
        self._plain_characters = np.array([_plain_characters(t) for t in self.tokens])
        self._starts_word = np.array([_starts_word(t) for t in self.tokens])

    @classmethod
    def from_tokenizer(cls, tokenizer: Any) -> "TokenTable":
        """Reads the table of a KerasNLP tokenizer: byte pairs or SentencePiece.

        Raises:
            ValueError: the tokenizer is of another kind.
        """
        special = set(tokenizer.special_tokens)
        if isinstance(tokenizer, keras_hub.tokenizers.BytePairTokenizer):
            decode = _byte_pair_bytes
            special.update(getattr(tokenizer, "unsplittable_tokens", None) or ())
            named = dict(tokenizer.vocabulary)
            tokens = [""] * (max(named.values()) + 1)
            for token, token_id in named.items():
                tokens[token_id] = token
        elif isinstance(tokenizer, keras_hub.tokenizers.SentencePieceTokenizer):
            decode = _sentence_piece_bytes
            tokens = [str(token) for token in tokenizer.get_vocabulary()]
        else:
            raise ValueError(
                "expected a tokenizer of byte pairs or of SentencePiece, received "
                f"{type(tokenizer).__name__}: choose another language model."
            )
        return cls([b"" if token in special else decode(token) for token in tokens])

    def __len__(self) -> int:
        return len(self.tokens)

    def matches(self, data: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """The tokens that `data[start:end]` begins with: ids and lengths, shortest first."""
        head = data[start : min(start + 2, end)]
        found = []
        for beginning in dict.fromkeys((head[:1], head)):
            for length in self._lengths.get(beginning, ()):
                if start + length > end:
                    break
                token_id = self._ids.get(data[start : start + length])
                if token_id is not None:
                    found.append((token_id, length))
        return found

    def suffix_costs(self, data: bytes) -> list[int]:
        """The least number of tokens that write `data[i:]`, for each i; `UNREACHABLE` if none."""
        costs = [0] * (len(data) + 1)
        for start in reversed(range(len(data))):
            after = [costs[start + n] for _, n in self.matches(data, start, len(data))]
            costs[start] = min(1 + min(after, default=UNREACHABLE), UNREACHABLE)
        return costs

    @functools.lru_cache(maxsize=512)  # noqa: B019 - one table lives as long as its model
    def plain(self, max_characters: int, first: bool) -> np.ndarray:
        """Which tokens a phrase may go on with.

        Args:
            max_characters: how many characters it has room for.
            first: whether it begins with the token.

        Returns:
            bool `[vocabulary]`: of plain characters only, which JSON never escapes.
        """
        fits = (self._plain_characters > 0) & (self._plain_characters <= max_characters)
        allowed: np.ndarray = fits & self._starts_word if first else fits
        allowed.flags.writeable = False
        return allowed

    def num_plain_characters(self, token_id: int) -> int:
        """The number of characters of a token of plain characters, 0 for any other."""
        return int(self._plain_characters[token_id])


def _plain_characters(token: bytes) -> int:
    try:
        text = token.decode("utf-8")
    except UnicodeDecodeError:
        return 0
    plain = all(c.isalnum() or c in _PLAIN_MARKS for c in text) and "  " not in text
    return len(text) if plain else 0


def _starts_word(token: bytes) -> bool:
    text = token.decode("utf-8", errors="replace")
    return bool(text) and text[0].isalnum()


@functools.lru_cache(maxsize=1)
def _byte_of_character() -> dict[str, int]:
    """The bytes that byte-level BPE (Radford et al., 2019) writes as printable characters."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    characters = {chr(byte): byte for byte in printable}
    return characters | {chr(256 + index): byte for index, byte in enumerate(others)}


def _byte_pair_bytes(token: str) -> bytes:
    table = _byte_of_character()
    if _SPECIAL.fullmatch(token) or any(character not in table for character in token):
        return b""
    return bytes(table[character] for character in token)


def _sentence_piece_bytes(token: str) -> bytes:
    byte = _SENTENCE_PIECE_BYTE.fullmatch(token)
    if byte:
        return bytes([int(byte.group(1), 16)])
    if _SPECIAL.fullmatch(token):
        return b""
    return token.replace("▁", " ").encode("utf-8")
