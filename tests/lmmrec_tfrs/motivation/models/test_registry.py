"""Models by name: folders written here, the packaged ones, and what is said of wrong ones."""

import shutil

import keras
import keras_hub
import numpy as np
import pytest

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.models import registry
from lmmrec_tfrs.motivation.models.loader import NamedModels
from lmmrec_tfrs.motivation.models.minilm import minilm_file
from lmmrec_tfrs.motivation.models.registry import (
    ModelNotAvailableError,
    fingerprint_of,
    load_causal_lm,
    load_text_encoder,
)
from lmmrec_tfrs.motivation.score.candidate_likelihood import CandidateLikelihood
from lmmrec_tfrs.motivation.score.config import ScoreConfig
from lmmrec_tfrs.motivation.score.likelihood import make_likelihood
from lmmrec_tfrs.motivation.score.stock_likelihood import StockLikelihood
from tests.lmmrec_tfrs.motivation.fakes import SMALL_TAXONOMY

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SPECIAL = (
    "<|begin_of_text|>",
    "<|end_of_text|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eot_id|>",
)


def byte_vocabulary():
    """Single characters and one pair; byte-pair encoders spell a space Ġ, a new line Ċ."""
    letters = [*LETTERS, *LETTERS.upper(), *".,:'", "Ġ", "Ċ"]
    return {token: index for index, token in enumerate([*letters, "th", *SPECIAL])}


@pytest.fixture(scope="module")
def bert_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bert")
    keras.utils.set_random_seed(0)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS]
    vocabulary += [f"##{letter}" for letter in LETTERS]
    backbone = keras_hub.models.BertBackbone(len(vocabulary), 1, 2, 8, 16, max_sequence_length=64)
    backbone.save_to_preset(str(folder))
    keras_hub.models.BertTokenizer(vocabulary, lowercase=True).save_to_preset(str(folder))
    return str(folder)


@pytest.fixture(scope="module")
def llama_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("llama")
    keras.utils.set_random_seed(0)
    tokenizer = keras_hub.models.Llama3Tokenizer(vocabulary=byte_vocabulary(), merges=["t h"])
    preprocessor = keras_hub.models.Llama3CausalLMPreprocessor(tokenizer, sequence_length=32)
    backbone = keras_hub.models.Llama3Backbone(len(byte_vocabulary()), 2, 4, 16, 32, 2)
    keras_hub.models.Llama3CausalLM(backbone, preprocessor).save_to_preset(str(folder))
    return str(folder)


@pytest.fixture(scope="module")
def gpt2_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gpt2")
    keras.utils.set_random_seed(0)
    vocabulary = {token: index for index, token in enumerate([*byte_vocabulary(), "<|endoftext|>"])}
    tokenizer = keras_hub.models.GPT2Tokenizer(vocabulary=vocabulary, merges=["t h"])
    preprocessor = keras_hub.models.GPT2CausalLMPreprocessor(tokenizer, sequence_length=32)
    backbone = keras_hub.models.GPT2Backbone(len(vocabulary), 1, 2, 8, 16, max_sequence_length=512)
    keras_hub.models.GPT2CausalLM(backbone, preprocessor).save_to_preset(str(folder))
    return str(folder)


def test_a_keras_folder_is_an_encoder(bert_folder):
    encoder = load_text_encoder(bert_folder, max_tokens=32)
    vectors = encoder.encode_texts(["a warm coat", "", "b" * 500])

    assert vectors.shape == (3, encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_more_tokens_than_the_model_takes_are_refused(bert_folder):
    with pytest.raises(ValueError, match=r"max_tokens in \[16, 64\], received 128"):
        load_text_encoder(bert_folder, max_tokens=128)


@pytest.mark.slow
def test_a_llama_is_scored_fast_and_like_any_other_model(llama_folder):
    model = load_causal_lm(llama_folder)
    config = ScoreConfig(candidate_scoring="whole", few_shot_examples=2, batch_size=2)
    fast = make_likelihood(model, SMALL_TAXONOMY, config, seed=0)
    texts = ["for the bride", "so warm", "a gift, wrapped twice", "ok"]

    assert isinstance(fast, CandidateLikelihood)
    plain = StockLikelihood(model, SMALL_TAXONOMY, config).score(texts)
    np.testing.assert_allclose(fast.score(texts), plain, atol=1e-4)
    compiled = config.model_copy(update={"jit_compile": True})
    np.testing.assert_allclose(
        CandidateLikelihood(model, SMALL_TAXONOMY, compiled).score(texts), plain, atol=1e-4
    )


@pytest.mark.slow
def test_another_architecture_is_scored_by_the_model_itself(gpt2_folder):
    model = load_causal_lm(gpt2_folder)
    config = ScoreConfig(few_shot_examples=1)
    plain = make_likelihood(model, SMALL_TAXONOMY, config, seed=0)

    assert isinstance(plain, StockLikelihood)
    scores = plain.score(["so warm"])
    assert scores.shape == (1, 3)
    assert (scores < 0).all()
    assert plain.score([]).shape == (0, 3)


def test_an_encoder_is_no_language_model(bert_folder):
    with pytest.raises(ValueError, match="expected a causal language model"):
        load_causal_lm(bert_folder)
    with pytest.raises(ValueError, match="expected a causal language model"):
        load_causal_lm("packaged:minilm")


def test_a_language_model_is_no_encoder(llama_folder):
    with pytest.raises(ValueError, match="received the causal language model"):
        load_text_encoder(llama_folder)
    with pytest.raises(ValueError, match="expected a text encoder"):
        load_text_encoder("packaged:smollm2-135m")


def test_a_folder_without_weights_is_explained(bert_folder, tmp_path):
    shutil.copytree(bert_folder, tmp_path / "cut")
    (tmp_path / "cut" / "model.weights.h5").unlink()
    with pytest.raises(ValueError, match="Check that it is complete"):
        load_text_encoder(str(tmp_path / "cut"))


def test_a_hugging_face_folder_without_weights_is_explained(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(FileNotFoundError, match="weights of a BERT"):
        load_text_encoder(str(tmp_path))


def test_other_pooling_is_refused(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": false}')
    with pytest.raises(ValueError, match="mean pooling"):
        load_text_encoder(str(tmp_path))


def test_a_preset_out_of_reach_is_explained(monkeypatch):
    def unreachable(name):
        raise ConnectionError("no route")

    monkeypatch.setattr(registry.keras_hub.models.CausalLM, "from_preset", unreachable)
    with pytest.raises(ModelNotAvailableError, match=r"no route.*save_to_preset\(folder\)"):
        load_causal_lm("gemma2_instruct_2b_en")


def test_fingerprints_are_of_what_lies_in_a_folder(bert_folder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(bert_folder, copy)
    assert fingerprint_of(str(copy)) == fingerprint_of(bert_folder)
    (copy / "more.txt").write_text("x")
    assert fingerprint_of(str(copy)) != fingerprint_of(bert_folder)


def test_fingerprints_load_and_fetch_nothing(monkeypatch):
    def refused(*arguments, **settings):
        raise AssertionError("a model was loaded")

    for cls in (keras_hub.models.Backbone, keras_hub.models.CausalLM):
        monkeypatch.setattr(cls, "from_preset", refused)
    names = ["gemma2_instruct_2b_en", "gemma2_2b_en", "hf://a/b", "packaged:minilm"]
    assert len({fingerprint_of(name) for name in names}) == len(names)


def test_a_configuration_names_its_models(bert_folder, llama_folder):
    config = ExtractionConfig(encoder=bert_folder, language_model=llama_folder, max_tokens=32)
    models = NamedModels()

    assert models.load_encoder(config).dimension == 8
    assert isinstance(models.load_reader(config, SMALL_TAXONOMY), CandidateLikelihood)
    assert models.encoder_fingerprint(config) == fingerprint_of(bert_folder)
    assert models.reader_fingerprint(config, SMALL_TAXONOMY) != models.reader_fingerprint(
        config.model_copy(update={"seed": 1}), SMALL_TAXONOMY
    )


def test_the_encoder_alone_has_no_reader():
    with pytest.raises(ValueError, match="received 'encode'"):
        NamedModels().load_reader(ExtractionConfig(strategy="encode"), SMALL_TAXONOMY)


@pytest.mark.slow
def test_a_hugging_face_folder_is_the_packaged_model(tmp_path):
    folder = tmp_path / "minilm"
    shutil.copytree(minilm_file("config.json").parent, folder)
    texts = ["Café-au-lait coloured silk.", "Wore it to my cousin's wedding; unputdownable."]

    expected = load_text_encoder("packaged:minilm").encode_texts(texts)
    np.testing.assert_allclose(load_text_encoder(str(folder)).encode_texts(texts), expected)
