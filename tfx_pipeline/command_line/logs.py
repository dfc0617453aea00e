"""Where what libraries say goes: into a run's log, and not onto the screen."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from tfx_pipeline.config import ConfigError

_OURS = ("lmmrec_tfrs", "components", "tfx_pipeline")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LOG_FILE = "run.log"


def keep_libraries_quiet() -> None:
    """Lets only our own warnings, and errors of anybody, onto the screen."""
    warnings.simplefilter("ignore")
    logging.captureWarnings(True)
    # TensorFlow's C++ side, and Google's clients, which look for a cloud to ask.
    for variable, value in (("TF_CPP_MIN_LOG_LEVEL", "3"), ("GRPC_VERBOSITY", "ERROR")):
        os.environ.setdefault(variable, value)
    screen = logging.StreamHandler()
    screen.setFormatter(logging.Formatter("%(message)s"))
    screen.addFilter(
        lambda record: record.levelno >= logging.ERROR or record.name.startswith(_OURS)
    )
    logging.getLogger().addHandler(screen)


@contextmanager
def run_log(output: str) -> Iterator[str]:
    """Within the block all that is logged goes into `run.log` of a folder, and nowhere else.

    Args:
        output: the folder, which is made where it is missing.

    Yields:
        The path of the log.

    Raises:
        ConfigError: the folder cannot be written to.
    """
    path = os.path.join(output, LOG_FILE)
    try:
        os.makedirs(output, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"expected a folder that can be written to at {output}: {error.strerror}. Give another "
            "in --output."
        ) from error
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    before, level = root.handlers, root.level
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    try:
        yield path
    finally:
        root.handlers = before
        root.setLevel(level)
        handler.close()
