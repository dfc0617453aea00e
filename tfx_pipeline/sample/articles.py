"""Makes the catalogue: articles with a title, a description and the motivations they serve."""

import dataclasses
import random
from typing import Any

from tfx_pipeline.sample import grammar
from tfx_pipeline.sample.configuration import SampleConfig

HOUSE_CODE = "VLM"
_PALETTES = {"Jewellery": "stones", "Watches": "stones", "Fragrance": "tints"}
_WEAK_MOTIVATION = 0.45
_MOST_MOTIVATIONS = 4
_FEWEST_MOTIVATIONS = 2


@dataclasses.dataclass(frozen=True)
class Article:
    """An article as the catalogue shows it, and (below) what only the simulation knows."""

    item_id: str
    title: str
    description: str
    categories: tuple[str, ...]
    brand: str
    price: float

    noun: str
    plural: bool
    wear: str  # "wear", "carry" or "use"
    material: str
    colour: str
    category: str
    department: str
    motivations: dict[str, float]  # strengths that sum to 1
    popularity: float  # log popularity
    launch_day: int
    most_reviews: int | None  # the cap of a cold article

    @property
    def is_cold(self) -> bool:
        """Whether the article was launched too late to gather reviews."""
        return self.most_reviews is not None


def make_articles(config: SampleConfig, rng: random.Random) -> tuple[Article, ...]:
    """Makes the catalogue, some of whose articles are launched late and stay cold."""
    house = grammar.load("articles")
    num_cold = round(config.cold_articles * config.num_articles)
    cold = set(rng.sample(range(config.num_articles), num_cold))
    types = _deal(house["types"], config.num_articles, rng)
    maker = _ArticleMaker(config, rng, house)
    return tuple(
        maker.make(number, types[number], number in cold) for number in range(config.num_articles)
    )


def _deal(choices: list[Any], count: int, rng: random.Random) -> list[Any]:
    """Repeats the choices evenly and shuffles them."""
    dealt = [choices[i % len(choices)] for i in range(count)]
    rng.shuffle(dealt)
    return dealt


class _ArticleMaker:
    def __init__(self, config: SampleConfig, rng: random.Random, house: dict[str, Any]):
        self._config = config
        self._rng = rng
        self._house = house
        texts = grammar.load("descriptions")
        self._leads = grammar.lines(texts["leads"])
        self._fragrance_leads = grammar.lines(texts["fragrance_leads"])
        self._hints = {name: grammar.lines(block) for name, block in texts["hints"].items()}
        self._titles: set[str] = set()

    def make(self, number: int, kind: dict[str, Any], cold: bool) -> Article:
        rng = self._rng
        line = self._line(kind)
        material = rng.choice(kind["materials"])
        level = rng.betavariate(1.6, 2.4)  # where in the type's price range, 0 to 1
        motivations = self._motivations(kind, material, line, level)
        title, form, colour = self._new_title(kind, material)
        department = rng.choice(kind["departments"])
        low, high = kind["price"]
        launch_day, most_reviews = self._launch(cold)
        return Article(
            item_id=f"{HOUSE_CODE}-{kind['category'][:3].upper()}-{number + 1:04d}",
            title=title,
            description=self._description(kind, title, form, material, colour, line, motivations),
            categories=(department.capitalize(), kind["category"], kind["noun"].capitalize()),
            brand=line,
            price=float(round(low * (high / low) ** level / 5) * 5),
            noun=kind["noun"],
            plural=kind.get("plural", False),
            wear=kind["wear"],
            material=material,
            colour=colour,
            category=kind["category"],
            department=department,
            motivations=motivations,
            popularity=rng.gauss(0.0, self._config.popularity_spread),
            launch_day=launch_day,
            most_reviews=most_reviews,
        )

    def _launch(self, cold: bool) -> tuple[int, int | None]:
        """The day of the launch; a cold article comes at the end and is hardly reviewed."""
        if cold:
            return self._config.num_days - self._rng.randint(20, 60), self._rng.randint(0, 2)
        if self._rng.random() < 0.2:
            return self._rng.randint(1, self._config.num_days // 2), None
        return 0, None

    def _line(self, kind: dict[str, Any]) -> str:
        """Draws a line, mostly one that stands for the same things as the type."""
        own = kind["motivations"]
        weights = [
            0.12 + sum(strength * own.get(name, 0.0) for name, strength in stands_for.items())
            for stands_for in self._house["lines"].values()
        ]
        return str(self._rng.choices(list(self._house["lines"]), weights)[0])

    def _motivations(
        self, kind: dict[str, Any], material: str, line: str, level: float
    ) -> dict[str, float]:
        """Adds up type, material, line, price and chance; keeps the two to four strongest."""
        own: dict[str, float] = kind["motivations"]
        strengths = dict(own)
        priced = {
            "status and recognition": 1.4 * max(0.0, level - 0.45),
            "value for money": 2.4 * max(0.0, 0.35 - level),
        }
        for source in (self._house["materials"][material], self._house["lines"][line], priced):
            for name, strength in source.items():
                strengths[name] = strengths.get(name, 0.0) + strength
        if kind["category"] not in self._house["worn_categories"]:
            for name in self._house["bodily_motivations"]:
                if name not in own:
                    strengths.pop(name, None)
        drawn = {name: s * self._rng.uniform(0.45, 1.55) for name, s in strengths.items()}
        ranked = sorted(drawn, key=lambda name: (-drawn[name], name))
        threshold = _WEAK_MOTIVATION * drawn[ranked[0]]
        kept = [
            name
            for place, name in enumerate(ranked[:_MOST_MOTIVATIONS])
            if place < _FEWEST_MOTIVATIONS or drawn[name] >= threshold
        ]
        total = sum(drawn[name] for name in kept)
        return {name: round(drawn[name] / total, 4) for name in kept}

    def _new_title(self, kind: dict[str, Any], material: str) -> tuple[str, str, str]:
        """Draws name, form and colour until the title is new."""
        while True:
            form = self._rng.choice(kind["forms"])
            palette = _PALETTES.get(kind["category"], "colours")
            colour = self._rng.choice(self._house[palette])
            name = self._rng.choice(self._house["names"])
            title = f"{name} {form} {material} {kind['noun']}, {colour}"
            if kind["category"] == "Fragrance":
                title = f"{name} {form} {material} {kind['noun']}"
            if title not in self._titles:
                self._titles.add(title)
                return title, form, colour

    def _description(
        self,
        kind: dict[str, Any],
        title: str,
        form: str,
        material: str,
        colour: str,
        line: str,
        motivations: dict[str, float],
    ) -> str:
        """A lead and a hint at each of the one or two strongest motivations."""
        determiner = "" if kind.get("plural") else ("An " if form[0] in "aeiouAEIOU" else "A ")
        leads = self._fragrance_leads if kind["category"] == "Fragrance" else self._leads
        lead = self._rng.choice(leads).format(
            A=determiner.strip() or "A pair of",
            name=title.split(maxsplit=1)[0],
            form=form,
            noun=kind["noun"],
            material=material,
            material_cap=material.capitalize(),
            colour=colour,
            colour_cap=colour.capitalize(),
            line=line,
        )
        hinted = list(motivations)[: self._rng.choice((1, 2, 2, 3))]
        hints = [self._rng.choice(self._hints[name]) for name in hinted]
        return " ".join([lead, *hints])
