"""Shows which component runs, and for how long, by reading TFX's own log."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from absl import logging as absl_logging
from rich.console import Console

_STARTED = re.compile(r"^Component (\S+) is running\.$")
_FINISHED = re.compile(r"^Component (\S+) is finished\.$")
_CACHED = re.compile(r"^A cached execution \d+ is used\.$")


class ComponentProgress(logging.Handler):
    """Prints a line as each component starts and ends.

    LocalDagRunner has no callbacks, but it logs each step through absl.

    Args:
        console: where to print.
        total: the number of components.
    """

    def __init__(self, console: Console, total: int):
        super().__init__(logging.INFO)
        self.console = console
        self.total = total
        self.started: dict[str, float] = {}
        self.seconds: dict[str, float] = {}
        self.reused: set[str] = set()
        self._running = ""

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if match := _STARTED.match(message):
            self._running = match[1]
            self.started[self._running] = time.monotonic()
            count = f"[{len(self.started):>2}/{self.total}]"
            self.console.print(f"[bold]{_escape(count)} {self._running}[/bold] ...")
        elif _CACHED.match(message):
            self.reused.add(self._running)
        elif match := _FINISHED.match(message):
            name = match[1]
            self.seconds[name] = time.monotonic() - self.started[name]
            how = "unchanged, reused" if name in self.reused else f"{self.seconds[name]:.1f} s"
            self.console.print(f"        {name}: {how}")
        elif record.name.startswith(("lmmrec_tfrs", "components")):
            self.console.print(f"        {_escape(message)}", highlight=False, style="dim")


def _escape(text: str) -> str:
    return text.replace("[", r"\[")


@contextmanager
def component_progress(console: Console, total: int) -> Iterator[ComponentProgress]:
    """Attaches a `ComponentProgress` to TFX's log and to our own for the block's duration."""
    handler = ComponentProgress(console, total)
    loggers = [logging.getLogger(name) for name in ("absl", "lmmrec_tfrs", "components")]
    before = [(logger, logger.level, logger.propagate, list(logger.handlers)) for logger in loggers]
    # TensorFlow sets absl's verbosity while it saves a model, and then back to what absl holds it
    # to be: without this, to less than the logger's level here.
    verbosity = absl_logging.get_verbosity()
    absl_logging.set_verbosity(absl_logging.INFO)
    for logger in loggers:
        logger.handlers = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
    try:
        yield handler
    finally:
        absl_logging.set_verbosity(verbosity)
        for logger, level, propagate, handlers in before:
            logger.setLevel(level)
            logger.propagate = propagate
            logger.handlers = handlers
