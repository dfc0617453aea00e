"""Writes the review of a purchase in its shopper's style."""

import dataclasses
import random
from typing import Any

from tfx_pipeline.sample import grammar
from tfx_pipeline.sample.articles import Article
from tfx_pipeline.sample.clauses import Clauses
from tfx_pipeline.sample.configuration import SampleConfig
from tfx_pipeline.sample.purchases import Purchase
from tfx_pipeline.sample.wording import Wording

_MOST_SENTENCES = 4
_JOINTS = (", and ", "; ", ", also ", " and ", ", plus ")


@dataclasses.dataclass(frozen=True)
class Review:
    """A review as it stands in the data, with the motivations that were planted in it."""

    review_id: str
    user_id: str
    item_id: str
    timestamp: int
    rating: int
    title: str
    text: str
    motivations: tuple[str, ...]


class ReviewWriter:
    """Writes reviews from the grammar; one instance remembers nothing between reviews."""

    def __init__(self, config: SampleConfig, rng: random.Random):
        self._config = config
        self._rng = rng
        self._wording = Wording.from_grammar()
        self._clauses = Clauses.from_grammar()
        self._filler = grammar.load_lines("filler")
        self._styles: dict[str, dict[str, Any]] = grammar.load("shoppers")["styles"]

    def write(self, review_id: str, purchase: Purchase) -> Review:
        """Writes one review; a negative one may drop the motivations and just complain."""
        rng = self._rng
        style = self._styles[purchase.shopper.style]
        motivations = purchase.motivations
        rating = self._rating()
        if rating <= 2:
            motivations = motivations[:1] if rng.random() < 0.5 else ()
        sentences = self._sentences(purchase.article, motivations, rating, style)
        text = " ".join(self._punctuate(sentence, rating, style) for sentence in sentences)
        return Review(
            review_id=review_id,
            user_id=purchase.shopper.user_id,
            item_id=purchase.article.item_id,
            timestamp=purchase.timestamp,
            rating=rating,
            title=self._roughen(self._title(purchase.article, motivations, rating), style),
            text=self._roughen(text, style),
            motivations=motivations,
        )

    def _rating(self) -> int:
        if self._rng.random() < self._config.negative_reviews:
            return self._rng.choice((1, 2))
        return self._rng.choices((5, 4, 3), weights=(58, 29, 9))[0]

    def _title(self, article: Article, motivations: tuple[str, ...], rating: int) -> str:
        if rating <= 2:
            kind = "titles_negative"
        elif rating == 3:
            kind = "titles_neutral"
        else:
            kind = "titles_positive" if motivations else "titles_plain"
        return _capitalise(self._draw(kind, article))

    def _draw(self, kind: str, article: Article) -> str:
        return self._wording.fill(self._rng.choice(self._filler[kind]), article, self._rng)

    def _sentences(
        self, article: Article, motivations: tuple[str, ...], rating: int, style: dict[str, Any]
    ) -> list[str]:
        """The review's sentences in order: at most four, of which filler only where room is."""
        rng = self._rng
        sentences = self._told(article, motivations, style)

        def add(kind: str, chance: float, place: int | None = None) -> None:
            if len(sentences) < _MOST_SENTENCES and rng.random() < chance:
                where = len(sentences) if place is None else place
                sentences.insert(where, self._draw(kind, article))

        if rating <= 2:
            add("complaints", 1.0, rng.randint(0, len(sentences)))
            add("complaints", 0.4)
        elif not motivations:
            add("no_motivation", 1.0)
            add("details", 0.9)
        if rating == 3:
            add("mixed", 1.0)
        add("details", style["details"], rng.randint(0, len(sentences)))
        if rating >= 3:
            add("openers", style["openers"], 0)
        if rating >= 4:
            add("closers", style["closers"])
        return sentences

    def _told(
        self, article: Article, motivations: tuple[str, ...], style: dict[str, Any]
    ) -> list[str]:
        """A sentence a motivation, in any order, two of them joined now and then."""
        told = [
            self._wording.fill(self._clauses.draw(name, article, self._rng), article, self._rng)
            for name in self._rng.sample(motivations, len(motivations))
        ]
        if len(told) >= 2 and self._rng.random() < style["joins"]:
            joint = self._rng.choice(_JOINTS)
            told[:2] = [told[0] + joint + told[1]]
        return told

    def _punctuate(self, sentence: str, rating: int, style: dict[str, Any]) -> str:
        loud = rating != 3 and self._rng.random() < style["exclaims"] * 0.6
        return _capitalise(sentence) + ("!" if loud else ".")

    def _roughen(self, text: str, style: dict[str, Any]) -> str:
        """Adds typing errors and drops capitals and full stops, as the style has it."""
        rng = self._rng
        if rng.random() < style["lower_case"]:
            text = text.lower().rstrip(".")
        words = [
            _mistype(word, rng) if rng.random() < style["typos"] else word
            for word in text.split(" ")
        ]
        return " ".join(words)


def _capitalise(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _mistype(word: str, rng: random.Random) -> str:
    """Swaps, drops or doubles one inner letter of a word of at least four letters."""
    if len(word) < 4 or not word.isalpha():
        return word
    place = rng.randrange(1, len(word) - 2)
    first, second = word[place], word[place + 1]
    typed = rng.choice((second + first, second, first + first + second))
    return word[:place] + typed + word[place + 2 :]
