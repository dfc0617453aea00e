"""The commands that pages show, and whether they exist as they are shown."""

import re
import shlex

from typer.testing import CliRunner

from tfx_pipeline.command_line.main import app


def blocks(page, language):
    """The fenced blocks of a page in some language."""
    return re.findall(rf"```{language}\n(.*?)```", page, re.S)


def shown_commands(*pages):
    """The `lmmrec` commands in the pages' shell blocks, continued lines joined."""
    text = "\n".join(block for page in pages for block in blocks(page, "sh")).replace("\\\n", " ")
    return sorted({line.strip() for line in text.splitlines() if line.startswith("lmmrec ")})


def assert_options_exist(command):
    """Fails where a command, or an option of it, is shown that there is not."""
    _, *arguments = shlex.split(command, comments=True)
    options = [argument for argument in arguments if argument.startswith("--")]
    names = arguments[: arguments.index(options[0])] if options else arguments
    # `inspect` takes what to show after its options.
    help_text = CliRunner().invoke(app, [*names, "--help"], env={"COLUMNS": "200"}).output
    assert options
    for option in options:
        assert option in help_text, f"{command}: no {option}"
