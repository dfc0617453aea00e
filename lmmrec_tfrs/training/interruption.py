"""Being told to stop, and stopping in good order."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


class StopRequest:
    """Whether a signal asked the process to end; `signal` is its number, None before."""

    def __init__(self) -> None:
        self.signal: int | None = None

    def receive(self, number: int, frame: FrameType | None = None) -> None:
        """Remembers the signal; a second one ends the process as it would have."""
        if self.signal is not None:
            raise KeyboardInterrupt
        self.signal = number

    def exit(self) -> None:
        """Ends the process as the signal would have."""
        if self.signal == signal.SIGINT:
            raise KeyboardInterrupt
        if self.signal is not None:
            # What a shell reports of a process that a signal ended.
            raise SystemExit(128 + self.signal)


@contextlib.contextmanager
def catching_signals(enabled: bool = True) -> Iterator[StopRequest]:
    """Catches SIGINT and SIGTERM, so that a step under way is finished and saved first.

    Python lets only the main thread catch signals: in another one nothing is caught.
    """
    request = StopRequest()
    if not enabled or threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {
        number: signal.signal(number, request.receive) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
