"""Causal language models with random weights: small, but of the stock classes."""

import io

import keras
import keras_hub
import sentencepiece

from lmmrec_tfrs.motivation.generate.constrained.token_table import _byte_of_character

_TEXT = (
    'I bought this light dress for a summer wedding in Italy, "quoted" [and] {more}: 0.9 facts '
    "needs motivations polarity seeks avoids weight evidence preferences attributes"
)
_MERGES = ["t h", '" :']
_SIZE = {"num_layers": 2, "hidden_dim": 16, "intermediate_dim": 32}


def _byte_pairs(*special: str) -> dict[str, int]:
    tokens = [*special, *_byte_of_character(), "th", '":']
    return {token: index for index, token in enumerate(tokens)}


def tiny_gpt2() -> keras_hub.models.CausalLM:
    """Byte pairs with two merges, learnt positions, no chat template."""
    keras.utils.set_random_seed(2)
    vocabulary = _byte_pairs("<|endoftext|>")
    backbone = keras_hub.models.GPT2Backbone(
        vocabulary_size=len(vocabulary), num_heads=2, max_sequence_length=4096, **_SIZE
    )
    preprocessor = keras_hub.models.GPT2CausalLMPreprocessor(
        keras_hub.models.GPT2Tokenizer(vocabulary, _MERGES), sequence_length=16
    )
    return keras_hub.models.GPT2CausalLM(backbone, preprocessor)


def tiny_gemma() -> keras_hub.models.CausalLM:
    """SentencePiece with a fallback to bytes, and the special tokens of Gemma."""
    keras.utils.set_random_seed(3)
    proto = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([_TEXT] * 4),
        model_writer=proto,
        vocab_size=380,
        model_type="BPE",
        byte_fallback=True,
        hard_vocab_limit=False,
        pad_id=0,
        eos_id=1,
        bos_id=2,
        unk_id=3,
        pad_piece="<pad>",
        eos_piece="<eos>",
        bos_piece="<bos>",
        user_defined_symbols=["<start_of_turn>", "<end_of_turn>"],
        minloglevel=2,
    )
    tokenizer = keras_hub.models.GemmaTokenizer(proto.getvalue())
    backbone = keras_hub.models.GemmaBackbone(
        vocabulary_size=tokenizer.vocabulary_size(),
        num_query_heads=4,
        num_key_value_heads=1,
        head_dim=4,
        **_SIZE,
    )
    preprocessor = keras_hub.models.GemmaCausalLMPreprocessor(tokenizer, sequence_length=16)
    return keras_hub.models.GemmaCausalLM(backbone, preprocessor)
