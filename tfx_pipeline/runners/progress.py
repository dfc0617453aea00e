"""Shows which component runs, and for how long, by reading TFX's own log."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from absl import logging as absl_logging
from rich.console import Console
from rich.live import Live
from rich.text import Text

_STARTED = re.compile(r"^Component (\S+) is running\.$")
_FINISHED = re.compile(r"^Component (\S+) is finished\.$")
_CACHED = re.compile(r"^A cached execution \d+ is used\.$")
_OURS = ("lmmrec_tfrs", "components")
# Where there is no live line, a long component says at such intervals how far it is.
_SECONDS_BETWEEN_LINES = 20.0


class ComponentProgress(logging.Handler):
    """One line a component: live while it runs on a terminal, plain once it has ended.

    LocalDagRunner has no callbacks, but it logs each step through absl.

    Args:
        console: where to print.
        total: the number of components.
        seconds_between_lines: how often a component says how far it is, without a terminal.
    """

    def __init__(
        self,
        console: Console,
        total: int,
        seconds_between_lines: float = _SECONDS_BETWEEN_LINES,
    ):
        super().__init__(logging.INFO)
        self.console = console
        self.total = total
        self.started: dict[str, float] = {}
        self.seconds: dict[str, float] = {}
        self.reused: set[str] = set()
        self._seconds_between_lines = seconds_between_lines
        self._running = ""
        self._said = ""
        self._last_line = time.monotonic()

    def __rich__(self) -> Text:
        """The line of the component that runs."""
        if not self._running:
            return Text("")
        elapsed = time.monotonic() - self.started[self._running]
        line = f"{self._label(self._running)} ... {elapsed:.0f} s  {self._said}"
        return Text(line, no_wrap=True, overflow="ellipsis")

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if match := _STARTED.match(message):
            self._running, self._said = match[1], ""
            self.started[self._running] = self._last_line = time.monotonic()
        elif _CACHED.match(message):
            self.reused.add(self._running)
        elif match := _FINISHED.match(message):
            self._finish(match[1])
        elif record.name.startswith(_OURS):
            self._say(message, warning=record.levelno >= logging.WARNING)

    def _finish(self, name: str) -> None:
        self._running = ""
        self.seconds[name] = time.monotonic() - self.started[name]
        how = "unchanged, reused" if name in self.reused else f"{self.seconds[name]:.1f} s"
        self._print(f"{self._label(name)}: {how}")

    def _say(self, message: str, warning: bool) -> None:
        self._said = message.partition("\n")[0]
        now = time.monotonic()
        due = now - self._last_line >= self._seconds_between_lines
        if warning or (due and not self.console.is_terminal):
            self._print(f"        {message}", style="yellow" if warning else "dim")
            self._last_line = now

    def _print(self, line: str, style: str = "") -> None:
        self.console.print(Text(line, style), highlight=False)

    def _label(self, name: str) -> str:
        return f"[{list(self.started).index(name) + 1:>2}/{self.total}] {name}"


@contextmanager
def component_progress(
    console: Console, total: int, seconds_between_lines: float = _SECONDS_BETWEEN_LINES
) -> Iterator[ComponentProgress]:
    """Attaches a `ComponentProgress` to TFX's log and to our own for the block's duration."""
    handler = ComponentProgress(console, total, seconds_between_lines)
    loggers = [logging.getLogger(name) for name in ("absl", *_OURS)]
    before = [(logger, logger.level) for logger in loggers]
    # TensorFlow sets absl's verbosity while it saves a model, and then back to what absl holds it
    # to be: without this, to less than the logger's level here.
    verbosity = absl_logging.get_verbosity()
    absl_logging.set_verbosity(absl_logging.INFO)
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    live = Live(handler, console=console, transient=True) if console.is_terminal else nullcontext()
    try:
        with live:
            yield handler
    finally:
        absl_logging.set_verbosity(verbosity)
        for logger, level in before:
            logger.setLevel(level)
            logger.removeHandler(handler)
