"""What the README shows can be used as it stands."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from tfx_pipeline.command_line.main import app
from tfx_pipeline.config import PipelineConfig, shipped_configurations

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def _blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


def _commands():
    text = "\n".join(_blocks("sh")).replace("\\\n", " ")
    return [line.strip() for line in text.splitlines() if line.strip().startswith("lmmrec ")]


def test_the_configuration_is_valid():
    (block,) = _blocks("yaml")
    config = PipelineConfig(**yaml.safe_load(block))
    assert config.data.columns.user_id == "customer"


@pytest.mark.parametrize("command", _commands())
def test_commands_have_the_options_that_are_shown(command):
    _, name, *arguments = shlex.split(command, comments=True)
    help_text = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"}).output
    options = [argument for argument in arguments if argument.startswith("--")]
    assert options
    for option in options:
        assert option in help_text


def test_shipped_configurations_are_all_named():
    for name in shipped_configurations():
        assert f"`{name}`" in README
