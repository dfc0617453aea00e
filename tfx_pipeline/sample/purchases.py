"""Simulates who buys what, when and why, with a random utility model.

Utility of an article is what it does for the motivation behind this purchase and for the
shopper's motivations at large, plus category, line, department and popularity, plus Gumbel
noise: a multinomial logit (McFadden 1974) among the articles launched and not yet bought.
"""

import dataclasses
import random
from collections.abc import Callable, Sequence

import numpy as np

from tfx_pipeline.sample import grammar
from tfx_pipeline.sample.articles import Article
from tfx_pipeline.sample.configuration import SampleConfig
from tfx_pipeline.sample.shoppers import Shopper

_DAY = 86_400
_OPENING = 6 * 3600  # nobody writes a review at night
_CLOSING = 23 * 3600


@dataclasses.dataclass(frozen=True)
class Purchase:
    """One shopper buys one article for one to three motivations, or for none told."""

    shopper: Shopper
    article: Article
    timestamp: int  # seconds since 1970
    motivations: tuple[str, ...]


def utilities(
    config: SampleConfig, shoppers: tuple[Shopper, ...], articles: tuple[Article, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """The parts of the utility that do not depend on the moment.

    Returns:
        The utility without the intent's part, float64 of shape `[shoppers, articles]`, and
        how well each article serves each motivation (its strongest is 1), float64 of shape
        `[articles, motivations]`.
    """
    names = grammar.motivation_names()
    serves = np.array([[a.motivations.get(name, 0.0) for name in names] for a in articles])
    serves /= serves.max(axis=1, keepdims=True)
    tastes = np.array([[s.motivations.get(name, 0.0) for name in names] for s in shoppers])
    choice = config.choice
    fixed = choice.taste * tastes @ serves.T
    fixed += choice.popularity * np.array([a.popularity for a in articles])
    fixed += choice.category * _table(shoppers, articles, lambda s, a: a.category in s.categories)
    fixed += choice.line * _table(shoppers, articles, lambda s, a: a.brand == s.line)
    fixed -= choice.department * _table(
        shoppers, articles, lambda s, a: s.department not in ("both", a.department)
    )
    return fixed, serves


def _table(
    shoppers: Sequence[Shopper],
    articles: Sequence[Article],
    holds: Callable[[Shopper, Article], bool],
) -> np.ndarray:
    return np.array([[float(holds(s, a)) for a in articles] for s in shoppers])


def simulate(
    config: SampleConfig,
    shoppers: tuple[Shopper, ...],
    articles: tuple[Article, ...],
    rng: random.Random,
) -> tuple[Purchase, ...]:
    """Simulates the purchases in the order of time; no shopper buys an article twice."""
    names = grammar.motivation_names()
    fixed, serves = utilities(config, shoppers, articles)
    noise = np.random.default_rng(rng.getrandbits(63))
    launch_day = np.array([a.launch_day for a in articles])
    stock = [config.num_reviews if a.most_reviews is None else a.most_reviews for a in articles]
    left = np.array(stock)
    bought = np.zeros(fixed.shape, dtype=bool)
    purchases = []
    for timestamp, s in _visits(config, shoppers, rng):
        shopper = shoppers[s]
        intent = rng.choices(list(shopper.motivations), list(shopper.motivations.values()))[0]
        utility = fixed[s] + config.choice.intent * serves[:, names.index(intent)]
        utility = utility + noise.gumbel(size=len(articles))
        day = (timestamp - config.first_day) // _DAY
        utility[bought[s] | (launch_day > day) | (left <= 0)] = -np.inf
        a = int(np.argmax(utility))
        bought[s, a] = True
        left[a] -= 1
        told = _told(config, shopper, articles[a], intent, rng)
        purchases.append(Purchase(shopper, articles[a], timestamp, told))
    return tuple(purchases)


def _visits(
    config: SampleConfig, shoppers: tuple[Shopper, ...], rng: random.Random
) -> list[tuple[int, int]]:
    """Timestamps and shopper numbers, by time; a shopper comes at most once a day."""
    visits = []
    for number, shopper in enumerate(shoppers):
        for day in rng.sample(range(config.num_days), shopper.num_reviews):
            second = rng.randrange(_OPENING, _CLOSING)
            visits.append((config.first_day + day * _DAY + second, number))
    return sorted(visits)


def _told(
    config: SampleConfig, shopper: Shopper, article: Article, intent: str, rng: random.Random
) -> tuple[str, ...]:
    """The motivations that the review will tell: the intent, and others that apply."""
    if rng.random() < config.without_motivation:
        return ()
    told = [intent] if intent in article.motivations or rng.random() < 0.5 else []
    weights = {
        name: strength * (0.15 + shopper.motivations.get(name, 0.0))
        for name, strength in article.motivations.items()
        if name not in told
    }
    wanted = rng.choices((1, 2, 3), weights=(60, 32, 8))[0]
    while len(told) < wanted and weights:
        name = rng.choices(list(weights), list(weights.values()))[0]
        told.append(name)
        del weights[name]
    return tuple(told)
