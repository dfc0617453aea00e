"""The few-shot prompt of a taxonomy as token ids, for one tokenizer."""

from collections.abc import Sequence
from typing import Any

import keras_hub

from lmmrec_tfrs.motivation.score.candidate_tree import distinguishing_prefixes
from lmmrec_tfrs.motivation.score.config import ScoreConfig
from lmmrec_tfrs.motivation.score.few_shot_prompt import FewShotPrompt
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

# No English word comes near this many characters a token: what lies beyond is not tokenised.
_CHARACTERS_PER_TOKEN = 12


class TokenizedPrompt:
    """Token ids of what comes before a text, of the text, and of the candidates after it.

    Prefix, text, suffix and candidates are tokenised apart, so that a text cannot change the
    tokens of what surrounds it.

    Args:
        tokenizer: the language model's.
        taxonomy: the candidates and the examples.
        config: the number of examples, where a text is cut, how much of a name is scored.
        seed: of the choice and order of the examples.

    Attributes:
        prefix: starts every prompt, with the tokenizer's start token where it has one.
        candidates: what is scored of each motivation's name.
    """

    def __init__(
        self,
        tokenizer: keras_hub.tokenizers.Tokenizer,
        taxonomy: Taxonomy,
        config: ScoreConfig,
        seed: int,
    ):
        self._tokenizer = tokenizer
        self._max_tokens = config.max_tokens
        self._prompt = FewShotPrompt.from_taxonomy(taxonomy, config.few_shot_examples, seed)
        start = getattr(tokenizer, "start_token_id", None)
        self.prefix = ([] if start is None else [int(start)]) + self._ids([self._prompt.prefix])[0]
        self._suffix = self._ids([self._prompt.suffix])[0]
        names = self._ids([self._prompt.candidate(name) for name in taxonomy.names])
        self.candidates = (
            names if config.candidate_scoring == "whole" else distinguishing_prefixes(names)
        )

    def bodies(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of texts, cut, each followed by the suffix."""
        if not texts:
            return []
        limit = self._max_tokens * _CHARACTERS_PER_TOKEN
        bodies = self._ids([self._prompt.body(text[:limit]) for text in texts])
        return [body[: self._max_tokens] + self._suffix for body in bodies]

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        tokens: Any = self._tokenizer.tokenize(list(texts))
        rows = tokens.to_list() if hasattr(tokens, "to_list") else tokens
        return [[int(token) for token in row] for row in rows]
