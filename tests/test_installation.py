"""The wheel, installed with each extra into a clean environment, runs its first example."""

import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shown_commands import blocks

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

ROOT = Path(__file__).resolve().parents[1]
UV = Path(sys.executable).parent / "uv"
PAGE = (ROOT / "docs" / "installation.md").read_text(encoding="utf-8")
# In the order of the page; what each prints, at the end.
EXTRAS = {
    "": "attending a wedding\nWrite to [EMAIL], please.",
    "read": "warmth and weather",
    "train": "(1, 9)",
    "serve": "(1, 3)",
    "evaluate": "[[0.4 0.5 0.2]]\n[1.]",
    "pipeline": "Pusher",
}
# What the core must not bring, and which extra brings it.
ABSENT = {
    "": ("apache_beam", "tfx", "nltk", "implicit", "tensorflow", "scann", "keras_hub"),
    "read": ("apache_beam", "tfx", "implicit", "scann", "tensorflow_recommenders", "torch"),
    "train": ("apache_beam", "tfx", "nltk", "implicit", "scann", "keras_hub"),
    "serve": ("apache_beam", "tfx", "nltk", "implicit", "keras_hub"),
    "evaluate": ("apache_beam", "tfx", "nltk", "scann", "keras_hub"),
    "pipeline": ("torch",),
}


def _run(*command, cwd, check=True):
    environment = {name: value for name, value in os.environ.items() if "PYTHONPATH" not in name}
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**environment, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or result.returncode == 0, result.stdout + result.stderr
    return result


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("lmmrec_tfrs", "components", "tfx_pipeline"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    _run(UV, "build", "--wheel", "--no-build-isolation", "--python", sys.executable, cwd=source)
    (built,) = (source / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def constraints(tmp_path_factory):
    """The lock's versions, without the hashes, which a constraint must not have."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("lock") / "constraints.txt"
    path.write_text("\n".join(re.findall(r"^[a-z0-9][\w.-]*==\S+", lock, re.M)))
    return path


@pytest.fixture(scope="module")
def install(wheel, constraints, tmp_path_factory):
    """Installs an extra into a clean environment, once; returns its Python and its folder."""

    @functools.cache
    def install_extra(extra):
        folder = tmp_path_factory.mktemp(f"environment-{extra}")
        _run(UV, "venv", "--python", sys.executable, "environment", cwd=folder)
        python = folder / "environment" / "bin" / "python"
        asked = f"lmmrec-tfrs[{extra}]" if extra else "lmmrec-tfrs"
        settings = ("--overrides", ROOT / "overrides.txt", "--constraint", constraints)
        wanted = f"{asked} @ {wheel.as_uri()}"
        _run(UV, "pip", "install", "--python", python, *settings, wanted, cwd=folder)
        return python, folder

    return install_extra


@pytest.mark.parametrize("extra", EXTRAS)
def test_the_first_example_runs(install, extra):
    python, folder = install(extra)
    section = PAGE[PAGE.index("## A first example of each") : PAGE.index("## With uv")]
    code = dict(zip(EXTRAS, blocks(section, "python"), strict=True))[extra]
    printed = _run(python, "-W", "ignore", "-c", code, cwd=folder).stdout
    assert EXTRAS[extra] in printed


@pytest.mark.parametrize("extra", EXTRAS)
def test_nothing_else_is_brought_along(install, extra):
    python, folder = install(extra)
    code = (
        "import importlib.util\n"
        f"print([name for name in {ABSENT[extra]!r} if importlib.util.find_spec(name)])"
    )
    assert _run(python, "-c", code, cwd=folder).stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("code", "extra"),
    [
        ("from lmmrec_tfrs import LMMRec", "train"),
        ("import lmmrec_tfrs.layers", "train"),
        ("from lmmrec_tfrs.motivation import MotivationReader", "read"),
        ("import lmmrec_tfrs.evaluation.baselines", "evaluate"),
        ("import lmmrec_tfrs.retrieval.saved_model", "serve"),
    ],
)
def test_a_missing_extra_is_named_in_python(install, code, extra):
    python, folder = install("")
    result = _run(python, "-c", code, cwd=folder, check=False)
    assert f"needs the extra '{extra}'" in result.stderr


@pytest.mark.parametrize("command", ["run", "extract"])
def test_a_missing_extra_is_named_by_the_command(install, command):
    python, folder = install("")
    arguments = ("--config", "sample", "--data", folder, "--output", folder / "output")
    result = _run(python.parent / "lmmrec", command, *arguments, cwd=folder, check=False)
    assert result.returncode == 1
    assert "needs the extra 'pipeline'" in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
