"""What the guides show can be used as it stands."""

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tfx_pipeline.command_line.main import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))
}
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", page, re.S)


def _commands():
    text = "\n".join(block for page in PAGES.values() for block in _blocks(page, "sh"))
    lines = text.replace("\\\n", " ").splitlines()
    return sorted({line.strip() for line in lines if line.strip().startswith("lmmrec ")})


def _printed_by(code):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})
    return printed.getvalue()


@pytest.mark.parametrize("command", _commands())
def test_commands_have_the_options_that_are_shown(command):
    _, *arguments = shlex.split(command, comments=True)
    names = [a for a in arguments[:2] if re.fullmatch(r"[a-z-]+", a) and not a.startswith("--")]
    help_text = CliRunner().invoke(app, [*names, "--help"], env={"COLUMNS": "200"}).output
    options = [argument for argument in arguments if argument.startswith("--")]
    assert options
    for option in options:
        assert option in help_text


def test_links_between_pages_lead_somewhere():
    for name, page in {**PAGES, "../README.md": README}.items():
        for target in re.findall(r"\]\((?!http)([^)#]+)(?:#[^)]*)?\)", page):
            folder = ROOT if name.startswith("..") else ROOT / "docs"
            assert (folder / target).exists(), f"{name} links to {target}"


@pytest.mark.slow
def test_the_readme_reads_motivations():
    (code,) = [block for block in _blocks(README, "python") if "MotivationReader" in block]
    assert "warmth and weather" in _printed_by(code)


@pytest.mark.slow
def test_the_guide_to_motivations_prints_what_it_shows():
    page = PAGES["motivations.md"]
    (code,) = _blocks(page, "python")
    shown = re.search(r"prints\n\n```\n(.*?)```", page, re.S).group(1)

    def heaviest(text):
        return [line.split("  ")[0] for line in text.splitlines()[::2]]

    assert heaviest(_printed_by(code)) == heaviest(shown)


def test_the_guide_to_privacy_masks_what_it_shows():
    code = next(
        block for block in _blocks(PAGES["privacy.md"], "python") if "masker.mask(" in block
    )
    lines = [line for line in code.splitlines() if not line.startswith("#")]
    shown = "".join(line.lstrip("# ") for line in code.splitlines() if line.startswith("#"))
    scope = {}
    exec("\n".join([*lines[:-1], f"result = {lines[-1]}"]), scope)
    assert re.sub(r"\s", "", repr(scope["result"])) == re.sub(r"\s", "", shown)
