"""Fills the slots of a sentence about an article, with the grammar of singular and plural."""

import random
import re

from tfx_pipeline.sample import grammar
from tfx_pipeline.sample.articles import Article

_SLOT = re.compile(r"\{(\w+)\}")
_VERBS = {
    "wear": {"wear": "wear", "wore": "wore", "worn": "worn", "wearing": "wearing"},
    "carry": {"wear": "carry", "wore": "carried", "worn": "carried", "wearing": "carrying"},
    "use": {"wear": "use", "wore": "used", "worn": "used", "wearing": "using"},
}
_SINGULAR = {
    "it": "it", "they": "it", "them": "it", "their": "its", "one": "one",
    "is": "is", "was": "was", "has": "has", "does": "does", "s": "s", "es": "es",
}  # fmt: skip
_PLURAL = {
    "it": "they", "they": "they", "them": "them", "their": "their", "one": "a pair",
    "is": "are", "was": "were", "has": "have", "does": "do", "s": "", "es": "",
}  # fmt: skip


def with_article(phrase: str) -> str:
    """Puts "a" or "an" before a phrase.

    Example:

    >>> with_article("umbrella"), with_article("pair of trousers")
    ('an umbrella', 'a pair of trousers')
    """
    return f"{'an' if phrase[0].lower() in 'aeiou' else 'a'} {phrase}"


class Wording:
    """Fills slots such as `{this}`, `{wore}` or `{city}` of sentences about one article."""

    def __init__(self, fillers: dict[str, tuple[str, ...]]):
        self._fillers = fillers

    @classmethod
    def from_grammar(cls) -> "Wording":
        """The wording with the fillers of `slots.yaml`."""
        return cls(grammar.load_lines("slots"))

    def fill(self, template: str, article: Article, rng: random.Random) -> str:
        """Fills the slots of a template; each slot is drawn once a sentence.

        Raises:
            KeyError: the template has a slot that nothing fills.
        """
        values = _agreement(article)
        drawn: dict[str, str] = {}

        def replace(match: re.Match[str]) -> str:
            slot = match.group(1)
            if slot in values:
                return values[slot]
            if slot not in drawn:
                drawn[slot] = rng.choice(self._fillers[slot])
            return drawn[slot]

        return _SLOT.sub(replace, template)


def _agreement(article: Article) -> dict[str, str]:
    item = f"pair of {article.noun}" if article.plural else article.noun
    demonstrative = "these" if article.plural else "this"
    return {
        **(_PLURAL if article.plural else _SINGULAR),
        **_VERBS[article.wear],
        "this": f"{demonstrative} {article.noun}",
        "noun": article.noun,
        "item": item,
        "a_item": with_article(item),
        "colour": article.colour,
        "material": article.material,
        "line": article.brand,
    }
