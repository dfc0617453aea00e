"""What libraries say is in the run's log and not on the screen."""

import logging
import subprocess
import sys

import pytest

from tfx_pipeline.command_line.logs import run_log
from tfx_pipeline.config import ConfigError


def test_all_that_is_logged_goes_into_the_file(tmp_path):
    before = list(logging.getLogger().handlers)
    with run_log(str(tmp_path / "new")) as path:
        logging.getLogger("some.library").info("opened %d files", 3)
        logging.getLogger("some.library").debug("too much")
    assert logging.getLogger().handlers == before
    text = open(path, encoding="utf-8").read()  # noqa: SIM115
    assert "INFO some.library: opened 3 files" in text
    assert "too much" not in text


def test_a_folder_that_is_none_is_explained(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="can be written to"), run_log(str(tmp_path / "file")):
        pass


CODE = """
import logging, warnings
from tfx_pipeline.command_line.logs import keep_libraries_quiet
keep_libraries_quiet()
warnings.warn("a library's warning", FutureWarning)
logging.getLogger("some.library").warning("a library's log")
logging.getLogger("some.library").error("a library's error")
logging.getLogger("lmmrec_tfrs.x").warning("our warning")
"""


def test_only_our_warnings_and_errors_reach_the_screen():
    result = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True
    )
    assert result.stderr.splitlines() == ["a library's error", "our warning"]
