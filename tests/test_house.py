"""The files that a house is expected to have, and that what they say agrees."""

import hashlib
import re
from pathlib import Path

import pytest
import yaml

import lmmrec_tfrs
from lmmrec_tfrs.extras import missing_extra

ROOT = Path(__file__).resolve().parents[1]
WORKFLOW = ".github/workflows/ci.yml"
PRE_COMMIT = ".pre-commit-config.yaml"
FORMS = [f".github/ISSUE_TEMPLATE/{name}.yml" for name in ("bug_report", "feature_request")]
# Of https://www.apache.org/licenses/LICENSE-2.0.txt.
APACHE_2_0 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


def _text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def _project():
    import tomllib

    return tomllib.loads(_text("pyproject.toml"))["project"]


def _yaml(name):
    return yaml.safe_load(_text(name))


def _locked():
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", _text("requirements.lock"), re.MULTILINE))


def test_the_licence_is_apache_2_0():
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE_2_0
    assert _project()["license"] == "Apache-2.0"
    assert _project()["license-files"] == ["LICENSE"]


def test_the_citation_has_what_its_format_requires():
    citation = _yaml("CITATION.cff")
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert citation["title"] == "LMMRec-TFRS"
    assert citation["license"] == _project()["license"]
    for entry in (citation, *citation["references"]):
        assert all("name" in author or "family-names" in author for author in entry["authors"])
    assert all({"type", "title", "authors"} <= entry.keys() for entry in citation["references"])
    assert "2602.05474" in str(citation["references"])


def test_all_name_one_version():
    version = _project()["version"]
    citation = _yaml("CITATION.cff")
    assert str(citation["version"]) == version
    assert lmmrec_tfrs.__version__ == version
    assert f"## [{version}] - {citation['date-released']}\n" in _text("CHANGELOG.md")


def test_the_changelog_keeps_its_form():
    headings = re.findall(r"^##+ (.+)$", _text("CHANGELOG.md"), flags=re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert all(
        heading in kinds or re.fullmatch(r"\[(Unreleased|\d+\.\d+\.\d+)\](?: - [\d-]+)?", heading)
        for heading in headings
    )


def test_ci_runs_what_a_person_runs():
    workflow = _yaml(WORKFLOW)
    # YAML 1.1 reads the key `on` as true.
    assert {"push", "pull_request"} <= workflow[True].keys()
    (job,) = workflow["jobs"].values()
    assert job["runs-on"] == "ubuntu-24.04"
    assert job["timeout-minutes"] == 90
    assert "bash .ci/run" in [step.get("run") for step in job["steps"]]
    (python,) = [step["with"] for step in job["steps"] if "setup-python" in step.get("uses", "")]
    assert python["python-version"] == _text(".python-version").strip()


@pytest.mark.parametrize("name", FORMS)
def test_forms_for_issues_have_what_is_required(name):
    form = _yaml(name)
    assert form["name"]
    assert form["description"]
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert all(field["id"] and field["attributes"]["label"] for field in fields)
    assert len({field["id"] for field in fields}) == len(fields)
    for field in fields:
        assert field["type"] != "dropdown" or field["attributes"]["options"]


def test_other_templates_are_there():
    assert isinstance(_yaml(".github/ISSUE_TEMPLATE/config.yml")["blank_issues_enabled"], bool)
    assert "make check" in _text(".github/pull_request_template.md")


def test_hooks_fetch_nothing_and_run_the_checks_of_make():
    repositories = _yaml(PRE_COMMIT)["repos"]
    assert {repository["repo"] for repository in repositories} == {"local"}
    hooks = [hook for repository in repositories for hook in repository["hooks"]]
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)
    makefile = _text("Makefile")
    (check,) = re.findall(r"^check:.*\n((?:\t.+\n)+)", makefile, flags=re.MULTILINE)
    run_by_make = set(re.findall(r"\.venv/bin/(ruff \w+|[\w-]+)", check))
    assert {re.sub(r"\.venv/bin/|( --fix)", "", hook["entry"]) for hook in hooks} == run_by_make


def test_the_files_of_the_checklists_exist():
    pattern = r"`([\w.-]+/[\w./-]*|[\w-]+\.(?:toml|md|lock))`"
    paths = set(re.findall(pattern, _text("CONTRIBUTING.md")))
    assert len(paths) > 40
    assert not {path for path in paths if not (ROOT / path).exists()}


def test_the_page_on_the_stack_names_what_is_locked():
    page, locked = _text("docs/stack.md"), _locked()
    shown = dict(re.findall(r"^\| ([a-z0-9-]+) \| ([\d.]+) \|", page, flags=re.MULTILINE))
    assert len(shown) > 20
    assert shown == {name: locked.get(name) for name in shown}


def test_the_page_on_the_stack_names_each_override():
    page, locked = _text("docs/stack.md"), _locked()
    lines = [line for line in _text("overrides.txt").splitlines() if line and line[0] != "#"]
    for line in lines:
        name = re.match(r"[a-z0-9-]+", line)[0]
        (row,) = [row for row in page.splitlines() if re.match(rf"\|.*`{name}`.*\|", row)]
        assert locked.get(name, "left out") in row, name


def test_the_page_on_installation_names_each_extra():
    shown = re.findall(r"^\| `(\w+)` \|", _text("docs/installation.md"), flags=re.MULTILINE)
    assert sorted(shown) == sorted(set(_project()["optional-dependencies"]) - {"dev"})


def test_the_page_on_installation_shows_the_error_that_is_raised():
    page = " ".join(_text("docs/installation.md").split())
    assert str(missing_extra("serve", "recommending", "scann")) in page
