"""Grouping texts of like length."""

from collections.abc import Iterator, Sequence

# Lengths in tokens that XLA compiles for.
LENGTH_BUCKETS = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768)


def bucket(length: int) -> int:
    """The padded length of a text, for XLA.

    >>> bucket(17), bucket(24), bucket(1000)
    (24, 24, 1000)
    """
    return next((b for b in LENGTH_BUCKETS if b >= length), length)


def by_length(lengths: Sequence[int], max_texts: int, max_tokens: int) -> Iterator[list[int]]:
    """Groups texts, shortest first.

    Args:
        lengths: tokens of each text.
        max_texts: at most so many in a group.
        max_tokens: at most so many tokens in a group of more than one text.

    Yields:
        The indices of a group.

    >>> list(by_length([5, 2, 9, 3], max_texts=2, max_tokens=10))
    [[1, 3], [0], [2]]
    """
    group: list[int] = []
    tokens = 0
    for index in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if group and (len(group) == max_texts or tokens + lengths[index] > max_tokens):
            yield group
            group, tokens = [], 0
        group.append(index)
        tokens += lengths[index]
    if group:
        yield group


def by_bucket(lengths: Sequence[int], max_texts: int) -> Iterator[list[int]]:
    """Groups texts that are padded to the same length.

    >>> list(by_bucket([5, 20, 9, 18], max_texts=8))
    [[0, 2], [3, 1]]
    """
    group: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        other = group and bucket(lengths[group[0]]) != bucket(lengths[index])
        if group and (other or len(group) == max_texts):
            yield group
            group = []
        group.append(index)
    if group:
        yield group
