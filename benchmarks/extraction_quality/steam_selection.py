"""Which Steam reviews were labelled by hand: a seeded draw, stratified by length."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

NUM_REVIEWS = 60
MIN_WORDS = 8
# From so many words on; the last stratum is open.
STRATA = (8, 15, 30, 60)
# A text counts as English where this share of its words is among the commonest ones.
_ENGLISH_SHARE = 0.2
_COMMON = frozenset(
    """
    the a an and or but of to in on for with is are was it its this that you your i my me we he
    they not be have has had so if as at all can do just like very game play good great
    """.split()  # noqa: SIM905
)
_WORD = re.compile(r"[a-z']+")


def read_steam(path: Path) -> pd.DataFrame:
    """Reads the reviews, without (user, item) pairs that occur twice.

    Returns:
        Columns `user_id`, `item_id`, `recommend`, `review`, ordered by the two ids.
    """
    frame = pd.read_parquet(path, columns=["user_id", "item_id", "recommend", "review"])
    frame["item_id"] = frame["item_id"].astype(str)
    frame = frame.drop_duplicates(["user_id", "item_id"], keep=False)
    return frame.sort_values(["user_id", "item_id"]).reset_index(drop=True)


def is_english(text: str) -> bool:
    """Whether a text looks English: plain letters, and enough of the commonest words.

    >>> is_english("It is a great game and you can play it with friends")
    True
    >>> is_english("Das Spiel ist sehr gut und macht viel Spass")
    False
    """
    words = _WORD.findall(text.lower())
    if not words or sum(character > "\x7f" for character in text) > 0.02 * len(text):
        return False
    return sum(word in _COMMON for word in words) / len(words) >= _ENGLISH_SHARE


def select(reviews: pd.DataFrame, seed: int = 0, size: int = NUM_REVIEWS) -> pd.DataFrame:
    """Draws recommended English reviews of enough words, as many from each stratum of length.

    Args:
        reviews: what `read_steam` returns.
        seed: of the draw.
        size: how many reviews, a multiple of the number of strata.
    """
    words = reviews["review"].str.split().str.len()
    kept = reviews[reviews["recommend"] & (words >= MIN_WORDS) & reviews["review"].map(is_english)]
    strata = np.searchsorted(STRATA, words[kept.index].to_numpy(), side="right") - 1
    rng = np.random.default_rng(seed)
    chosen = [
        kept.iloc[
            np.sort(rng.choice(np.flatnonzero(strata == stratum), size // len(STRATA), False))
        ]
        for stratum in range(len(STRATA))
    ]
    return pd.concat(chosen).reset_index(drop=True)
