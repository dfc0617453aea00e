"""The words around a text that a language model scores (Brown et al., 2020, arXiv:2005.14165)."""

import dataclasses

import numpy as np

from lmmrec_tfrs.motivation.taxonomy import Taxonomy


@dataclasses.dataclass(frozen=True)
class FewShotPrompt:
    """The words around a text; solved examples come from the taxonomy itself."""

    examples: tuple[tuple[str, str], ...]

    @classmethod
    def from_taxonomy(cls, taxonomy: Taxonomy, num_examples: int, seed: int) -> "FewShotPrompt":
        """Chooses examples, at most one a motivation, in a seeded order."""
        pairs = [(m.examples[0], m.name) for m in taxonomy.motivations if m.examples]
        order = np.random.default_rng(seed).permutation(len(pairs))[:num_examples]
        return cls(tuple(pairs[index] for index in order))

    @property
    def prefix(self) -> str:
        """What comes before every text."""
        solved = [f"Review: {text}\nMotivation: {name}\n\n" for text, name in self.examples]
        return "".join(solved) + "Review:"

    def body(self, text: str) -> str:
        """The text itself, on one line."""
        return " " + " ".join(text.split())

    @property
    def suffix(self) -> str:
        """What comes between a text and a candidate."""
        return "\nMotivation:"

    def candidate(self, name: str) -> str:
        """A candidate, as it follows the suffix."""
        return " " + name
