"""What the README shows can be used as it stands."""

from pathlib import Path

import pytest
import yaml

from tests.shown_commands import assert_options_exist, blocks, shown_commands
from tfx_pipeline.config import PipelineConfig, shipped_configurations

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_configuration_is_valid():
    (block,) = blocks(README, "yaml")
    config = PipelineConfig(**yaml.safe_load(block))
    assert config.data.columns.user_id == "customer"


@pytest.mark.parametrize("command", shown_commands(README))
def test_commands_have_the_options_that_are_shown(command):
    assert_options_exist(command)


def test_shipped_configurations_are_all_named():
    for name in shipped_configurations():
        assert f"`{name}`" in README
