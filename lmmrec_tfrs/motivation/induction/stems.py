"""Stems of English words, so that forms of a word count as one."""

import functools

from nltk.stem import SnowballStemmer


@functools.cache
def _stemmer() -> SnowballStemmer:
    return SnowballStemmer("english")


@functools.lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a word in lower case.

    >>> stem("relaxing") == stem("relaxed")
    True
    """
    stemmed: str = _stemmer().stem(word)
    return stemmed
