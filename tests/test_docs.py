"""What the guides show can be used as it stands, and they are plain to read."""

import contextlib
import hashlib
import hmac
import io
import re
from pathlib import Path

import pytest
import typer
import yaml

from tests.shown_commands import assert_options_exist, blocks, shown_commands
from tfx_pipeline.command_line.main import app
from tfx_pipeline.config import PipelineConfig, shipped_configurations

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))
}
HOUSE = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
}
README = HOUSE["README.md"]
# Written by the benchmark, not by a person.
GENERATED = "retrieval_results.md"
WRITTEN = {**HOUSE, **{name: page for name, page in PAGES.items() if name != GENERATED}}

MOST_WORDS = 30
# Sentences that cannot be split, by their first words.
LONG_SENTENCES: tuple[str, ...] = ()


def _printed_by(code):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})
    return printed.getvalue()


@pytest.mark.parametrize("command", shown_commands(*PAGES.values(), *HOUSE.values()))
def test_commands_have_the_options_that_are_shown(command):
    assert_options_exist(command)


def _commands(group, name="lmmrec"):
    for child_name, child in group.commands.items():
        full = f"{name} {child_name}"
        yield from _commands(child, full) if hasattr(child, "commands") else [full]


def test_every_command_is_in_the_guide_to_the_pipeline():
    shown = re.findall(r"^\| `(lmmrec [^`]+)` \|", PAGES["pipeline.md"], flags=re.MULTILINE)
    assert sorted(shown) == sorted(_commands(typer.main.get_command(app)))


def test_the_make_targets_that_are_shown_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    for name, page in WRITTEN.items():
        code = "\n".join([*blocks(page, "sh"), *re.findall(r"`([^`\n]+)`", page)])
        shown = set(re.findall(r"^make ([a-z-]+)", code, flags=re.MULTILINE))
        assert shown <= targets, f"{name} shows make {', '.join(sorted(shown - targets))}"


def test_links_between_pages_lead_somewhere():
    for folder, pages in ((ROOT / "docs", PAGES), (ROOT, HOUSE)):
        for name, page in pages.items():
            for target in re.findall(r"\]\((?!http)([^)#]+)(?:#[^)]*)?\)", page):
                assert (folder / target).exists(), f"{name} links to {target}"


def test_links_to_sections_lead_somewhere():
    pages = {**PAGES, **HOUSE}
    for name, page in pages.items():
        for target, section in re.findall(r"\]\((?!http)([^)#]*)#([^)]+)\)", page):
            linked = pages.get(Path(target).name) if target else page
            assert linked is not None, f"{name} links to {target}"
            assert section in _anchors(linked), f"{name} links to {target}#{section}"


def _anchors(page):
    """Of the headings outside blocks of code, as GitHub makes them."""
    prose = re.sub(r"^```.*?^```", "", page, flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", prose, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_every_page_can_be_found_from_the_readme():
    for name in set(PAGES) - {GENERATED}:
        assert f"](docs/{name})" in README, name


def _paragraphs(page):
    """What a page says in sentences: no code, tables, headings or comments."""
    page = re.sub(r"^ *```.*?^ *```", "\n", page, flags=re.DOTALL | re.MULTILINE)
    page = re.sub(r"<!--.*?-->", "\n", page, flags=re.DOTALL)
    found = [[]]
    for line in page.splitlines():
        text = line.strip()
        # An indented line after a blank one is a formula or code.
        if not text or text.startswith(("|", "#")) or (line.startswith("    ") and not found[-1]):
            found.append([])
            continue
        if item := re.match(r"(?:[-*+]|\d+\.)\s+(.*)", text):
            found.append([])
            text = item[1]
        found[-1].append(text)
    return [" ".join(lines) for lines in found if lines]


def _sentences(page):
    for paragraph in _paragraphs(page):
        # What is in code is one word, and of a link only its text counts.
        text = re.sub(r"`[^`]*`", "Code", paragraph)
        text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
        text = re.sub(r"[*_]", "", text)
        yield from re.split(r"""(?<=[.!?])["')]*\s+(?=["'(]*[A-Z0-9])""", text)


def _num_words(sentence):
    return sum(bool(re.search(r"\w", word)) for word in sentence.split())


def test_sentences_are_told_apart():
    page = (
        "# A heading\n\nOne `a b c`. Two [three\nfour](five.md), *six*.\n"
        "- Seven (eight).\n- 9 of 10?\n\n| a table |\n\n```sh\ncode\n```\n\n    a = formula\n"
    )
    assert list(_sentences(page)) == [
        "One Code.",
        "Two three four, six.",
        "Seven (eight).",
        "9 of 10?",
    ]
    assert [_num_words(sentence) for sentence in _sentences(page)] == [2, 4, 2, 3]


@pytest.mark.parametrize("name", WRITTEN)
def test_no_sentence_is_long(name):
    long = [
        f"{_num_words(sentence)} words: {sentence}"
        for sentence in _sentences(WRITTEN[name])
        if _num_words(sentence) > MOST_WORDS and not sentence.startswith(LONG_SENTENCES)
    ]
    assert not long, f"{name}: split\n" + "\n".join(long)


@pytest.mark.parametrize("name", [name for name in WRITTEN if name != "CHANGELOG.md"])
def test_only_the_changelog_tells_what_changed(name):
    phrases = r"(?:earlier|previous|older) versions? of|no longer|used to be|formerly"
    assert not re.findall(rf"[^.]*\b(?:{phrases})\b[^.]*", WRITTEN[name], flags=re.IGNORECASE)


def test_the_paths_of_the_guide_to_the_model_exist():
    paths = set(re.findall(r"`((?!benchmarks)[a-z_]+/[\w/]+\.py)`", PAGES["model.md"]))
    assert len(paths) > 20
    assert not {path for path in paths if not (ROOT / "lmmrec_tfrs" / path).exists()}


def test_every_page_with_examples_has_a_test_that_runs_them():
    with_examples = {name for name, page in WRITTEN.items() if blocks(page, "python")}
    assert with_examples == {
        "README.md",
        "installation.md",
        "library.md",
        "model.md",
        "motivations.md",
        "privacy.md",
        "serving.md",
    }


@pytest.mark.slow
def test_the_readme_reads_motivations():
    (code,) = blocks(README, "python")
    assert "warmth and weather" in _printed_by(code)


def test_the_configuration_of_the_guide_to_the_pipeline_is_valid():
    (block,) = blocks(PAGES["pipeline.md"], "yaml")
    config = PipelineConfig(**yaml.safe_load(block))
    assert config.data.columns.user_id == "customer"


def test_shipped_configurations_are_all_named():
    for name in shipped_configurations():
        assert f"`{name}`" in PAGES["pipeline.md"]


@pytest.mark.slow
def test_the_guide_to_serving_loads_a_pushed_model(tmp_path, monkeypatch):
    from lmmrec_tfrs.retrieval import saved_model
    from lmmrec_tfrs.retrieval.config import RetrievalConfig
    from lmmrec_tfrs.retrieval.scann_index import build_scann_index
    from lmmrec_tfrs.retrieval.signatures import RetrievalModule
    from tests.lmmrec_tfrs.retrieval.toy_model import ToyModel

    # Two dimensions and the bias, and one motivation.
    users = {"shopper-80988": ([1.0, 0.0, 1.0], [1.0])}
    items = {"boots": ([1.0, 0.0, 0.0], [0.5]), "scarf": ([0.0, 1.0, 0.0], [0.5])}
    model = saved_model.load_saved_model(ToyModel(users, items).save(str(tmp_path / "model")))
    embedded = saved_model.embed_items(model, list(items))
    queries = saved_model.embed_queries(model, list(users))["embedding"]
    index = build_scann_index(embedded["embedding"], queries, RetrievalConfig())
    weights = embedded["motivation_weights"]
    module = RetrievalModule(model, index, list(items), weights, ["gift"], reasons_per_item=1)
    module.export(str(tmp_path / "runs/demo/serving_model/1"))

    (code,) = blocks(PAGES["serving.md"], "python")
    monkeypatch.chdir(tmp_path)
    printed = _printed_by(code.replace("<version>", "1"))
    assert printed.index("boots") < printed.index("scarf")


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


def test_the_guide_to_privacy_hashes_as_it_says(monkeypatch):
    _, code = blocks(PAGES["privacy.md"], "python")
    key = "of thirty-two bytes at the least, or more"
    monkeypatch.setenv("LMMREC_USER_ID_KEY", key)
    *lines, call = code.strip().splitlines()
    scope = {}
    exec("\n".join([*lines, f"result = {call}"]), scope)
    expected = hmac.new(key.encode(), b"user-1", hashlib.sha256).hexdigest()
    assert scope["result"] == expected[:32]


def test_the_guide_to_the_model_makes_towers_of_ones_own():
    (code,) = blocks(PAGES["model.md"], "python")
    assert _printed_by(code).strip() == "(2, 16)"
