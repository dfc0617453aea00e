"""What a model's name stands for, and what is said where it stands for nothing."""

import pytest

from lmmrec_tfrs.motivation.models.names import Source, resolve


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("packaged:minilm", Source.PACKAGED),
        ("packaged:smollm2-135m", Source.PACKAGED),
        ("gemma2_instruct_2b_en", Source.PRESET),
        ("hf://organisation/model", Source.PRESET),
        ("kaggle://keras/bert/keras/bert_tiny_en_uncased", Source.PRESET),
    ],
)
def test_names_are_understood(name, source):
    assert resolve(name).source is source


def test_a_built_in_preset_has_a_versioned_handle():
    assert resolve("bert_tiny_en_uncased").location.startswith("kaggle://keras/bert/")


@pytest.mark.parametrize(
    ("config", "source"),
    [
        ('{"model_type": "bert"}', Source.HUGGING_FACE_FOLDER),
        ('{"registered_name": "keras_hub>BertBackbone"}', Source.KERAS_FOLDER),
    ],
)
def test_folders_are_told_apart(tmp_path, config, source):
    (tmp_path / "config.json").write_text(config)
    assert resolve(str(tmp_path)).source is source


@pytest.mark.parametrize(
    ("config", "message"),
    [("{", "not valid JSON"), ("{}", "found neither"), ("[]", "found neither")],
)
def test_unknown_folders_are_refused(tmp_path, config, message):
    (tmp_path / "config.json").write_text(config)
    with pytest.raises(ValueError, match=message):
        resolve(str(tmp_path))


def test_a_folder_without_a_configuration_is_explained(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"expected config\.json .* `save_to_preset"):
        resolve(str(tmp_path))


def test_a_missing_folder_is_explained():
    with pytest.raises(FileNotFoundError, match=r"There is no folder at '\./models/none'"):
        resolve("./models/none")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("packaged:gpt", "expected one of packaged:minilm, packaged:smollm2-135m"),
        ("gemma2_instruct_2b", "Did you mean .*gemma2_instruct_2b_en"),
        ("", "expected a model"),
    ],
)
def test_unknown_names_are_refused(name, message):
    with pytest.raises(ValueError, match=message):
        resolve(name)
