"""The tokenizer of SmolLM2, on the byte-pair encoder of KerasHub."""

from collections.abc import Sequence
from typing import Any

import keras_hub
from tokenizers import pre_tokenizers

START_TOKEN = "<|im_start|>"
END_TOKEN = "<|im_end|>"
TEXT_END_TOKEN = "<|endoftext|>"
SPECIAL_TOKENS = (TEXT_END_TOKEN, START_TOKEN, END_TOKEN)


class SmolLM2Tokenizer(keras_hub.models.Llama3Tokenizer):
    """A `Llama3Tokenizer` that splits words as SmolLM2 was trained to.

    Each digit is a word of its own, and a run of white space leaves its last space to the
    word that follows, as in GPT-2. The stock tokenizer splits as Llama 3 does, into other tokens.
    It works on Python strings and eager tensors; within a `tf.function` it is an error.
    """

    def __init__(self, vocabulary: Any = None, merges: Any = None, **kwargs: Any):
        kwargs.setdefault("bos_token", START_TOKEN)
        kwargs.setdefault("eos_token", END_TOKEN)
        kwargs.setdefault("misc_special_tokens", set(SPECIAL_TOKENS))
        super().__init__(vocabulary=vocabulary, merges=merges, **kwargs)

    def _set_vocabulary_and_merges_tokenizers(
        self, vocabulary: dict[str, int], merges: Sequence[str]
    ) -> None:
        super()._set_vocabulary_and_merges_tokenizers(vocabulary, merges)
        self._tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Digits(individual_digits=True),
                pre_tokenizers.ByteLevel(add_prefix_space=False),
            ]
        )

    def _set_vocabulary_and_merges_tf(self, *_: Any) -> None:
        """Nothing: the tables of the other way are never asked, and take seconds to fill."""

    def _tokenize_tf(self, inputs: Any) -> Any:
        raise NotImplementedError(
            "expected strings or eager tensors, received a symbolic one: SmolLM2Tokenizer does not "
            "work within a tf.function or tf.data. Tokenise before."
        )
