"""Writes what shoppers say without buying: wish-list notes, queries, and clients' notes.

Most are of shoppers with reviews, some of people who have never bought anything. A few hold
personal data, invented, which the ingestion must mask.
"""

import dataclasses
import random
from collections.abc import Sequence

from lmmrec_tfrs.data import columns
from tfx_pipeline.sample import grammar
from tfx_pipeline.sample.articles import Article
from tfx_pipeline.sample.configuration import SampleConfig
from tfx_pipeline.sample.shoppers import Shopper, make_shoppers
from tfx_pipeline.sample.wording import Wording

_DAY = 86_400
# Each source: its grammar, its share, and the chance that it names an article.
_SOURCES = {
    columns.QUERY: ("queries", 0.45, 0.0),
    columns.WISHLIST: ("wishes", 0.35, 1.0),
    columns.NOTE: ("notes", 0.20, 0.3),
}
PERSONAL_DATA = ("email", "phone", "signature")


@dataclasses.dataclass(frozen=True)
class ShopperText:
    """A text as it stands in the data; below, what was planted in it.

    `personal_data` holds the very words that must not be found again anywhere.
    """

    text_id: str
    user_id: str
    item_id: str | None
    timestamp: int
    source: str
    text: str
    motivations: tuple[str, ...]
    personal_data: tuple[str, ...]


def make_text_only_shoppers(
    config: SampleConfig, shoppers: Sequence[Shopper], rng: random.Random
) -> tuple[Shopper, ...]:
    """Makes people of whom there are texts but no reviews, with ids of their own."""
    taken = {shopper.user_id for shopper in shoppers}
    newcomers: list[Shopper] = []
    while len(newcomers) < config.text_only_shoppers:
        # As many reviews as would be needed for a shopper: they are thrown away.
        sizes = {"num_shoppers": 10, "num_articles": 100, "num_reviews": 100}
        for shopper in make_shoppers(config.model_copy(update=sizes), rng):
            if shopper.user_id not in taken and len(newcomers) < config.text_only_shoppers:
                taken.add(shopper.user_id)
                newcomers.append(dataclasses.replace(shopper, num_reviews=0, cold=True))
    return tuple(newcomers)


class TextWriter:
    """Writes texts from the grammar."""

    def __init__(self, config: SampleConfig, articles: Sequence[Article], rng: random.Random):
        self._config = config
        self._articles = articles
        self._rng = rng
        self._wording = Wording.from_grammar()
        self._templates = {
            source: grammar.load_lines(name) for source, (name, _, _) in _SOURCES.items()
        }
        self._personal = grammar.load_lines("personal_data")

    def write_all(
        self, shoppers: Sequence[Shopper], newcomers: Sequence[Shopper]
    ) -> tuple[ShopperText, ...]:
        """Writes `num_texts` texts by time, two to four of each newcomer among them."""
        rng = self._rng
        writers = [person for person in newcomers for _ in range(rng.randint(2, 4))]
        writers += rng.choices(shoppers, k=self._config.num_texts - len(writers))
        with_data = set(rng.sample(range(len(writers)), self._config.texts_with_personal_data))
        texts = [self._write(writer, place in with_data) for place, writer in enumerate(writers)]
        texts.sort(key=lambda text: (text.timestamp, text.user_id))
        return tuple(
            dataclasses.replace(text, text_id=f"T{number:04d}")
            for number, text in enumerate(texts, start=1)
        )

    def _write(self, shopper: Shopper, with_personal_data: bool) -> ShopperText:
        rng = self._rng
        shares = [share for _, share, _ in _SOURCES.values()]
        source = rng.choices(list(_SOURCES), shares)[0]
        if with_personal_data:
            source = columns.NOTE  # nobody types a telephone number into a search box
        motivation = rng.choices(list(shopper.motivations), list(shopper.motivations.values()))[0]
        article = self._article(shopper, motivation)
        template = rng.choice(self._templates[source][motivation])
        text = self._wording.fill(template, article, rng)
        if source != columns.QUERY:
            text = f"{text[:1].upper()}{text[1:]}"
        personal: tuple[str, ...] = ()
        if with_personal_data:
            text, personal = self._with_personal_data(text)
        names_article = rng.random() < _SOURCES[source][2]
        return ShopperText(
            text_id="",
            user_id=shopper.user_id,
            item_id=article.item_id if names_article else None,
            timestamp=self._config.first_day + rng.randrange(self._config.num_days * _DAY),
            source=source,
            text=text,
            motivations=(motivation,),
            personal_data=personal,
        )

    def _article(self, shopper: Shopper, motivation: str) -> Article:
        """An article of the shopper's department that serves the motivation well."""
        suitable = [
            (article, article.motivations[motivation])
            for article in self._articles
            if motivation in article.motivations
            and shopper.department in ("both", article.department)
        ]
        if not suitable:
            return self._rng.choice(self._articles)
        articles, strengths = zip(*suitable, strict=True)
        return self._rng.choices(articles, strengths)[0]

    def _with_personal_data(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Adds an e-mail address, a telephone number, or a signature."""
        rng = self._rng
        draw = {name: rng.choice(lines) for name, lines in self._personal.items()}
        first, last = draw["first_names"], draw["last_names"]
        kind = rng.choice(PERSONAL_DATA)
        if kind == "signature":
            return f"{text}.\n{draw['signature']}\n{first} {last}", (f"{first} {last}",)
        if kind == "email":
            value = f"{first}.{last}@{draw['email_domains']}".lower()
        else:
            number = f"{rng.randrange(100, 1000)}"
            value = draw["phone_formats"].format(number=number, short=number[1:])
        said = draw[kind].format(value=value)
        return f"{text}. {said[:1].upper()}{said[1:]}.", (value,)


def text_row(text: ShopperText) -> dict[str, object]:
    """A text as the columns of `texts.jsonl.gz`."""
    row = dataclasses.asdict(text)
    del row["motivations"], row["personal_data"]
    return row
