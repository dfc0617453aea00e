"""Makes the shoppers: what moves them, what they like, how they write, how often they buy."""

import dataclasses
import random

from tfx_pipeline.sample import grammar
from tfx_pipeline.sample.configuration import SampleConfig


@dataclasses.dataclass(frozen=True)
class Shopper:
    """A shopper, of whom the data show only the id."""

    user_id: str
    motivations: dict[str, float]  # strengths that sum to 1
    department: str
    categories: frozenset[str]
    line: str
    style: str
    num_reviews: int
    cold: bool


def make_shoppers(config: SampleConfig, rng: random.Random) -> tuple[Shopper, ...]:
    """Makes the shoppers, whose numbers of reviews sum to `config.num_reviews`."""
    people = grammar.load("shoppers")
    house = grammar.load("articles")
    categories = sorted({kind["category"] for kind in house["types"]})
    styles = people["styles"]
    numbers = rng.sample(range(10_000, 100_000), config.num_shoppers)
    counts = _review_counts(config, rng)
    return tuple(
        Shopper(
            user_id=f"shopper-{number}",
            motivations=_motivations(people["archetypes"], rng),
            department=rng.choices(("women", "men", "both"), weights=(5, 3, 2))[0],
            categories=frozenset(rng.sample(categories, 3)),
            line=rng.choice(list(house["lines"])),
            style=rng.choices(list(styles), weights=[s["share"] for s in styles.values()])[0],
            num_reviews=count,
            cold=cold,
        )
        for number, (count, cold) in zip(numbers, counts, strict=True)
    )


def _motivations(archetypes: dict[str, list[str]], rng: random.Random) -> dict[str, float]:
    """Two to four motivations: mostly an archetype's, sometimes one from elsewhere."""
    everything = sorted({name for names in archetypes.values() for name in names})
    chosen = rng.sample(rng.choice(list(archetypes.values())), rng.choice((2, 2, 3, 3, 4)))
    if rng.random() < 0.35:
        chosen[-1] = rng.choice([name for name in everything if name not in chosen])
    drawn = [0.35 + rng.expovariate(1.0) for _ in chosen]
    return {name: round(d / sum(drawn), 4) for name, d in zip(chosen, drawn, strict=True)}


def _review_counts(config: SampleConfig, rng: random.Random) -> list[tuple[int, bool]]:
    """Each shopper's number of reviews, and whether they are cold (one or two reviews)."""
    num_cold = round(config.cold_shoppers * config.num_shoppers)
    cold = [rng.randint(1, 2) for _ in range(num_cold)]
    fewest, most = 3, config.num_articles // 5
    num_warm = config.num_shoppers - num_cold
    warm = [fewest] * num_warm
    if sum(cold) + sum(warm) > config.num_reviews or num_warm * most < config.num_reviews:
        raise ValueError(
            f"expected between {fewest} and {most} reviews per shopper, received num_reviews="
            f"{config.num_reviews} for num_shoppers={config.num_shoppers}: change one of them."
        )
    activity = [rng.lognormvariate(0.0, 0.6) for _ in range(num_warm)]
    while sum(cold) + sum(warm) < config.num_reviews:
        who = rng.choices(range(num_warm), weights=activity)[0]
        if warm[who] < most:
            warm[who] += 1
    counts = [(count, True) for count in cold] + [(count, False) for count in warm]
    rng.shuffle(counts)
    return counts
