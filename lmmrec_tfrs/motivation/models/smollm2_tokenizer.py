"""The tokenizer of SmolLM2, on the byte-pair encoder of KerasNLP."""

import re
from typing import Any

import keras_hub
import tensorflow as tf
import tensorflow_text as tf_text

START_TOKEN = "<|im_start|>"
END_TOKEN = "<|im_end|>"
TEXT_END_TOKEN = "<|endoftext|>"
SPECIAL_TOKENS = (TEXT_END_TOKEN, START_TOKEN, END_TOKEN)

_SPACE = r"\s\x{0b}\x{85}\p{Z}"
# RE2 has no lookahead, which GPT-2's `\s+(?!\S)` needs: a private-use character marks where a
# run of white space gives up its last character to the word after it.
_MARK = "\ue000"
_RUN_BEFORE_WORD = rf"([{_SPACE}])([{_SPACE}][^{_SPACE}\p{{N}}])"
_WORDS = (
    r"\p{N}|'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+"
    rf"| ?[^{_SPACE}\p{{L}}\p{{N}}\x{{e000}}]+|[{_SPACE}]+|\x{{e000}}"
)


class SmolLM2Tokenizer(keras_hub.models.Llama3Tokenizer):
    """A `Llama3Tokenizer` that splits words as SmolLM2 was trained to.

    Each digit is a word of its own, and a run of white space leaves its last space to the
    word that follows. The stock tokenizer splits as Llama 3 does and gives other tokens.
    """

    def __init__(self, vocabulary: Any = None, merges: Any = None, **kwargs: Any):
        kwargs.setdefault("bos_token", START_TOKEN)
        kwargs.setdefault("eos_token", END_TOKEN)
        kwargs.setdefault("misc_special_tokens", set(SPECIAL_TOKENS))
        # Words are split in TensorFlow here, so that ids are found there, too.
        kwargs.setdefault("_allow_python_workflow", False)
        super().__init__(vocabulary=vocabulary, merges=merges, **kwargs)

    def set_vocabulary_and_merges(self, vocabulary: Any, merges: Any) -> None:
        """Sets the vocabulary and the merges of byte pairs."""
        super().set_vocabulary_and_merges(vocabulary, merges)
        # Traced once: called as it is, it would be traced again at every call.
        self._merge_words = tf.function(
            self._bpe_merge_and_update_cache_tf, input_signature=[tf.TensorSpec([None], tf.string)]
        )

    def tokenize(self, inputs: Any) -> tf.RaggedTensor | tf.Tensor:
        """Turns strings into token ids; a batch of strings gives a ragged tensor."""
        self._check_vocabulary()
        strings = tf.convert_to_tensor(inputs, dtype=tf.string)
        unbatched = strings.shape.rank == 0
        words = split_words(tf.reshape(strings, [-1]))
        self._remember(words.flat_values)
        pieces = tf.strings.split(self.cache.lookup(words.flat_values), sep=" ")
        tokens = tf.RaggedTensor.from_row_splits(
            self.token_to_id_map.lookup(pieces.flat_values),
            tf.gather(pieces.row_splits, words.row_splits),
        )
        return tokens.flat_values if unbatched else tokens

    def _remember(self, words: tf.Tensor) -> None:
        """Merges the byte pairs of the words that were not met before."""
        unseen = tf.boolean_mask(words, self.cache.lookup(words) == "")
        if tf.size(unseen) > 0:
            self._merge_words(tf.unique(unseen).y)


def split_words(texts: tf.Tensor) -> tf.RaggedTensor:
    """Splits texts into the words that byte pairs are merged within.

    Args:
        texts: string `[num_texts]`.

    Returns:
        string `[num_texts, (num_words)]`; a special token is a word of its own.
    """
    special = "|".join(re.escape(token) for token in SPECIAL_TOKENS)
    pieces = tf_text.regex_split(texts, special, special)
    flat = pieces.flat_values
    is_special = tf.strings.regex_full_match(flat, special)
    marked = tf.strings.regex_replace(flat, _RUN_BEFORE_WORD, rf"\1{_MARK}\2")
    words = tf_text.regex_split(marked, _WORDS, _WORDS)
    whole = tf.RaggedTensor.from_row_lengths(flat, tf.ones_like(words.row_lengths()))
    # Row by row: the special token as it is, or the words of the piece.
    chosen = tf.concat(
        [
            tf.ragged.boolean_mask(whole, is_special),
            tf.ragged.boolean_mask(words, ~is_special),
        ],
        axis=0,
    )
    order = tf.argsort(tf.concat([tf.where(is_special)[:, 0], tf.where(~is_special)[:, 0]], axis=0))
    rows = tf.gather(chosen, order)
    merged = tf.RaggedTensor.from_row_lengths(rows, pieces.row_lengths()).merge_dims(1, 2)
    return tf.ragged.boolean_mask(merged, (merged != _MARK) & (merged != ""))
