"""The clauses that tell a motivation, and which articles each of them suits."""

import dataclasses
import random

from tfx_pipeline.sample import grammar
from tfx_pipeline.sample.articles import Article


@dataclasses.dataclass(frozen=True)
class Clause:
    """A template, and the categories that it suits (None: all)."""

    template: str
    categories: frozenset[str] | None

    def suits(self, article: Article) -> bool:
        """Whether one can say this of the article."""
        return self.categories is None or article.category in self.categories


@dataclasses.dataclass(frozen=True)
class Clauses:
    """The clauses of each motivation."""

    by_motivation: dict[str, tuple[Clause, ...]]

    @classmethod
    def from_grammar(cls) -> "Clauses":
        """Reads `motivations.yaml`, where `template @group` limits a clause to categories."""
        groups = grammar.load("articles")["groups"]

        def parse(line: str) -> Clause:
            template, tagged, group = line.partition(" @")
            return Clause(template, frozenset(groups[group]) if tagged else None)

        return cls(
            {
                name: tuple(parse(line) for line in lines)
                for name, lines in grammar.load_lines("motivations").items()
            }
        )

    def draw(self, motivation: str, article: Article, rng: random.Random) -> str:
        """Draws the template of a clause that suits the article."""
        suitable = [c.template for c in self.by_motivation[motivation] if c.suits(article)]
        return rng.choice(suitable)
