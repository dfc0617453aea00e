"""The README is short, and says first what is looked for first."""

from pathlib import Path

from tests.shown_commands import blocks

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
MOST_LINES = 130


def test_it_is_short():
    assert len(README.splitlines()) <= MOST_LINES


def test_the_two_commands_are_the_first_that_are_shown():
    shown = [line.split("#")[0].strip() for line in blocks(README, "sh")[0].splitlines()]
    assert shown == ["make demo", "make test"]


def test_the_example_reads_motivations():
    # tests/test_docs.py runs it.
    (code,) = blocks(README, "python")
    assert "reader.read(" in code


def test_it_begins_with_the_picture_and_ends_with_the_licence():
    places = ["docs/images/recommend.svg", "make demo", "```python", "docs/results.md", "[LICENSE]"]
    found = [README.index(place) for place in places]
    assert found == sorted(found)
