"""Splitting a text into the clauses that can be quoted as evidence."""

import re

MIN_WORDS = 5
MAX_WORDS = 30

# After the end of a sentence, even without a space; at a line break, a dash or a semicolon.
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])['\")\]]*\s+|(?<=[a-z.!?][.!?])(?=[A-Z][a-z])|\s*\n\s*|(?<=;)\s+"
    r"|\s+(?=[\u2013\u2014-]\s)"
)
# Before a conjunction that opens another clause.
_CONJUNCTION = re.compile(
    r"(?<=[,:])\s+|\s+(?=(?:but|because|although|though|while|since|so that|when)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")


def split_clauses(text: str) -> list[tuple[int, int]]:
    """Finds the clauses of a text.

    Sentences are clauses; those of many words are split again at commas and conjunctions,
    and at last by length, so that a quote stays short. Pieces of fewer than `MIN_WORDS`
    words join the piece before them in the same sentence.

    Returns:
        Spans `(start, end)`, in order, that leave out nothing but white space.

    >>> text = "Bought it for my sister's wedding. So soft!"
    >>> [text[start:end] for start, end in split_clauses(text)]
    ["Bought it for my sister's wedding.", 'So soft!']
    """
    clauses: list[tuple[int, int]] = []
    for start, end in _split(text, 0, len(text), _SENTENCE_END):
        if _count_words(text, start, end) <= MAX_WORDS // 2:
            clauses.append((start, end))
            continue
        for piece in _join_short(text, _split(text, start, end, _CONJUNCTION)):
            clauses.extend(_split_by_length(text, *piece))
    return clauses


def _split(text: str, start: int, end: int, boundary: re.Pattern[str]) -> list[tuple[int, int]]:
    pieces = []
    position = start
    for match in boundary.finditer(text, start, end):
        pieces.append((position, match.start() + len(match.group().rstrip())))
        position = match.end()
    pieces.append((position, end))
    return [span for piece in pieces if (span := _strip(text, *piece)) is not None]


def _strip(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped:
        return None
    begin = start + piece.index(stripped)
    return begin, begin + len(stripped)


def _count_words(text: str, start: int, end: int) -> int:
    return sum(1 for _ in _WORD.finditer(text, start, end))


def _join_short(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for span in spans:
        short = min(_count_words(text, *span), _count_words(text, *joined[-1])) if joined else 99
        if short < MIN_WORDS:
            joined[-1] = (joined[-1][0], span[1])
        else:
            joined.append(span)
    return joined


def _split_by_length(text: str, start: int, end: int) -> list[tuple[int, int]]:
    words = [match.span() for match in _WORD.finditer(text, start, end)]
    chunks = [words[i : i + MAX_WORDS] for i in range(0, len(words), MAX_WORDS)]
    return [(chunk[0][0], chunk[-1][1]) for chunk in chunks]
