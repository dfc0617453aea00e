"""The script that finds the Python to set up with, given other Pythons, pyenv's or none."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "find_python.sh"
WANTED = ".".join(platform.python_version_tuple()[:2])


def _program(path, body):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def _old_python(path):
    _program(path, 'if [ "$1" = --version ]; then echo Python 3.8.1; else exit 1; fi')


def _right_python(path):
    _program(path, f'exec {sys.executable} "$@"')


@pytest.fixture
def find(tmp_path):
    """Runs the script where only some programs of the system and those of `bin` are to be had."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "head", "env"):
        (programs / name).symlink_to(Path("/usr/bin", name))

    def run():
        environment = {"PATH": str(programs), "PYENV_ROOT": str(tmp_path / "pyenv")}
        return subprocess.run(
            ["/usr/bin/bash", SCRIPT, WANTED],
            env={**environment, "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.parametrize("name", [f"python{WANTED}", "python3", "python"])
def test_one_on_the_path_is_taken_by_its_version(find, tmp_path, name):
    _old_python(tmp_path / "bin" / "python3")
    _right_python(tmp_path / "bin" / name)
    assert find().stdout.strip() == sys.executable


def test_pyenvs_is_found_where_the_path_has_others(find, tmp_path):
    _old_python(tmp_path / "bin" / "python3")
    _right_python(tmp_path / "pyenv" / "versions" / f"{WANTED}.9" / "bin" / "python")
    assert find().stdout.strip() == sys.executable


def test_uvs_is_found_where_there_is_no_other(find, tmp_path):
    _right_python(tmp_path / "uv-python")
    found = tmp_path / "uv-python"
    _program(tmp_path / "bin" / "uv", f'[ "$1" = python ] && echo {found}; true')
    assert find().stdout.strip() == sys.executable


def test_where_there_is_none_it_says_what_it_looked_at(find, tmp_path):
    _old_python(tmp_path / "bin" / "python3")
    result = find()
    assert result.returncode == 1
    assert f"Looked for Python {WANTED}" in result.stderr
    assert "python3: Python 3.8.1" in result.stderr
    assert f"{tmp_path}/pyenv/versions" in result.stderr
    assert "uv: not on the PATH" in result.stderr


def test_the_setup_asks_for_the_version_of_the_project():
    setup = SCRIPT.with_name("setup.sh").read_text(encoding="utf-8")
    assert f"wanted={WANTED}\n" in setup
    assert os.access(SCRIPT, os.X_OK)
