"""Tables in pages of the documentation."""

import re
from pathlib import Path

import pytest

from benchmarks.retrieval_bench.pages import filled

ROOT = Path(__file__).parents[2]
PLACE = "<!-- benchmark table: {} -->\n"


def test_a_table_takes_the_place_of_the_one_before_and_nothing_else():
    other, new = "| not | ours |\n|---|---|\n", "| new |\n|---|\n| 2 |"
    page = f"{other}\n{PLACE.format('a')}| old |\n|---|\n| 1 |\n\n{other}{PLACE.format('b')}End.\n"
    tables = {"a": new, "b": "| b |", "unused": "| c |"}
    once = filled(page, tables)
    assert once == (f"{other}\n{PLACE.format('a')}{new}\n\n{other}{PLACE.format('b')}| b |\nEnd.\n")
    assert filled(once, tables) == once


def test_a_figure_that_looks_like_a_reference_stays_as_it_is():
    assert (
        filled(PLACE.format("a"), {"a": r"| \1 \g<0> |"})
        == PLACE.format("a") + r"| \1 \g<0> |" + "\n"
    )


def test_pages_without_places_and_places_without_tables_are_refused():
    with pytest.raises(ValueError, match="found none"):
        filled("# A page\n", {"a": "| a |"})
    for tables in ({"a": "| a |"}, {"a": "| a |", "b": ""}):
        with pytest.raises(ValueError, match=r"place 'b' .* there are a"):
            filled(PLACE.format("b"), tables)


PLACES = re.compile(r"^<!-- benchmark table: (\S+) -->\n(.*)", re.MULTILINE)
RESULTS = (ROOT / "docs/results.md").read_text(encoding="utf-8")


def test_the_command_that_is_shown_fills_every_page_with_places():
    (pages,) = re.findall(r"report .*--pages ((?:\S+\.md ?)+)", RESULTS)
    with_places = [
        path.relative_to(ROOT).as_posix()
        for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))
        if PLACES.search(path.read_text(encoding="utf-8"))
    ]
    assert sorted(pages.split()) == sorted(with_places)


@pytest.mark.parametrize("page", ["docs/model.md", "docs/results.md"])
def test_the_places_of_the_documentation_hold_tables(page):
    places = PLACES.findall((ROOT / page).read_text(encoding="utf-8"))
    assert places
    for name, first_line in places:
        assert first_line.startswith("| "), name
