"""One schema for YAML, options and components."""

import pytest
import yaml

from tfx_pipeline.config import ConfigError, PipelineConfig, load_config, shipped_configurations


@pytest.mark.parametrize("name", shipped_configurations())
def test_shipped_configurations_load(name):
    assert isinstance(load_config(name), PipelineConfig)


def test_effective_configuration_round_trips_through_yaml(tmp_path):
    config = load_config("steam", ["training.epochs=7"])
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(config.model_dump(mode="json")))
    assert load_config(str(path)) == config


def test_overrides_reach_nested_sections():
    config = load_config("steam", ["training.epochs=7", "data.split.strategy=leave_last_out"])
    assert config.training.epochs == 7
    assert config.data.split.strategy == "leave_last_out"


def test_the_seed_reaches_every_section_that_sets_none():
    config = load_config("steam", ["seed=5", "training.seed=6"])
    assert config.motivation.seed == 5
    assert config.evaluation.seed == 5
    assert config.data.split.seed == 5
    assert config.tuning.seed == 5
    assert config.training.seed == 6


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("training.epoch=7", "did you mean 'epochs'"),
        ("trainin.epochs=7", "did you mean 'training'"),
        ("training.epochs=0", "training.epochs"),
        ("training.epochs", "section.key=value"),
        ("name.epochs=3", "is a value, not a section"),
        ("tuning.trial=3", "did you mean 'trials'"),
        ("tuning.space={learning_rat: {min: 0.1, max: 1}}", "did you mean 'learning_rate'"),
        ("tuning.space={l2: {min: 1, max: 0.1}}", "tuning.space.l2: expected min below max"),
    ],
)
def test_wrong_settings_are_explained(override, message):
    with pytest.raises(ConfigError, match=message):
        load_config("steam", [override])


def test_an_unknown_configuration_lists_the_shipped_ones(tmp_path):
    with pytest.raises(ConfigError, match="sample, steam"):
        load_config("staem")


@pytest.mark.parametrize(("text", "message"), [("- a list", "mapping"), ("a: [", "not YAML")])
def test_files_that_are_no_configuration_are_named(tmp_path, text, message):
    path = tmp_path / "broken.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message) as error:
        load_config(str(path))
    assert "broken.yaml" in str(error.value)


def test_extraction_masks_what_ingestion_masks_unless_it_is_told_otherwise():
    ingestion_only = load_config("sample", ["data.privacy.kinds=[email]"])
    assert ingestion_only.motivation.privacy.kinds == ("email",)
    both = load_config("sample", ["data.privacy.kinds=[email]", "motivation.privacy.kinds=[url]"])
    assert both.data.privacy.kinds == ("email",)
    assert both.motivation.privacy.kinds == ("url",)
