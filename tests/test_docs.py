"""What the guides show can be used as it stands."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from tests.shown_commands import assert_options_exist, blocks, shown_commands

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))
}
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _printed_by(code):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})
    return printed.getvalue()


@pytest.mark.parametrize("command", shown_commands(*PAGES.values()))
def test_commands_have_the_options_that_are_shown(command):
    assert_options_exist(command)


def test_links_between_pages_lead_somewhere():
    for name, page in {**PAGES, "../README.md": README}.items():
        for target in re.findall(r"\]\((?!http)([^)#]+)(?:#[^)]*)?\)", page):
            folder = ROOT if name.startswith("..") else ROOT / "docs"
            assert (folder / target).exists(), f"{name} links to {target}"


def test_links_to_sections_lead_somewhere():
    for name, page in {**PAGES, "README.md": README}.items():
        for target, section in re.findall(r"\]\((?!http)([^)#]*)#([^)]+)\)", page):
            linked = PAGES.get(Path(target).name) if target else page
            assert linked is not None, f"{name} links to {target}"
            assert section in _anchors(linked), f"{name} links to {target}#{section}"


def _anchors(page):
    """Of the headings outside blocks of code, as GitHub makes them."""
    prose = re.sub(r"^```.*?^```", "", page, flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", prose, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.slow
def test_the_readme_reads_motivations():
    (code,) = [block for block in blocks(README, "python") if "reader.read(" in block]
    assert "warmth and weather" in _printed_by(code)


def test_the_readme_trains_a_model_as_the_guide_to_the_library_does():
    guide = blocks(PAGES["library.md"], "python")
    assert all(block in guide for block in blocks(README, "python") if "LMMRec" in block)


@pytest.mark.slow
def test_the_guide_to_the_library_runs(tmp_path, monkeypatch):
    # The pages' commands are for the repository's folder; what they write stays out of it.
    (tmp_path / "tfx_pipeline").symlink_to(ROOT / "tfx_pipeline")
    monkeypatch.chdir(tmp_path)
    scope = {}
    for code in blocks(PAGES["library.md"], "python"):
        exec(code, scope)
    assert {"query_tower.keras", "model"} <= {path.name for path in tmp_path.iterdir()}


@pytest.mark.slow
def test_the_guide_to_motivations_prints_what_it_shows():
    page = PAGES["motivations.md"]
    (code,) = blocks(page, "python")
    shown = re.search(r"prints\n\n```\n(.*?)```", page, re.S).group(1)

    def heaviest(text):
        return [line.split("  ")[0] for line in text.splitlines()[::2]]

    assert heaviest(_printed_by(code)) == heaviest(shown)


def test_the_guide_to_privacy_masks_what_it_shows():
    code = next(block for block in blocks(PAGES["privacy.md"], "python") if "masker.mask(" in block)
    lines = [line for line in code.splitlines() if not line.startswith("#")]
    shown = "".join(line.lstrip("# ") for line in code.splitlines() if line.startswith("#"))
    scope = {}
    exec("\n".join([*lines[:-1], f"result = {lines[-1]}"]), scope)
    assert re.sub(r"\s", "", repr(scope["result"])) == re.sub(r"\s", "", shown)


def test_the_guide_to_the_model_makes_towers_of_ones_own():
    (code,) = blocks(PAGES["model.md"], "python")
    assert _printed_by(code).strip() == "(2, 16)"
