"""Finds fixed words fast, so that a pattern is tried only where one of its words stands."""

from collections.abc import Iterable, Iterator


def occurrences(lowered: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Finds whole words in a text.

    Args:
        lowered: a text in small letters.
        words: words or groups of words in small letters.

    Yields:
        (start, end) of each occurrence, in the order of the words.

    >>> list(occurrences("thanks, no thanksgiving", ("thanks",)))
    [(0, 6)]
    """
    for word in words:
        start = lowered.find(word)
        while start >= 0:
            end = start + len(word)
            before, after = lowered[start - 1 : start], lowered[end : end + 1]
            if not (before.isalnum() or after.isalnum()):
                yield start, end
            start = lowered.find(word, end)


def word_set(words: str) -> frozenset[str]:
    """The words of a list that is written as one text.

    >>> sorted(word_set("one two"))
    ['one', 'two']
    """
    return frozenset(words.split())
