"""Saying how far a long reading has come, every few seconds."""

import logging
import time


class Progress:
    """Counts what was read and logs it at intervals.

    Args:
        label: what is being read, for instance "encoder".
        interval: seconds between two lines.
    """

    def __init__(self, label: str, interval: float = 5.0):
        self._label = label
        self._interval = interval
        self._started = self._reported = time.monotonic()
        self.texts = 0
        self.tokens = 0

    def add(self, texts: int, tokens: int) -> None:
        """Counts some texts, and logs if the last line was long enough ago."""
        self.texts += texts
        self.tokens += tokens
        now = time.monotonic()
        if now - self._reported >= self._interval:
            self._reported = now
            elapsed = now - self._started
            logging.getLogger(__name__).info(
                "%s: %d texts read in %.0f s (%.1f texts/s, %.0f tokens/s)",
                self._label,
                self.texts,
                elapsed,
                self.texts / elapsed,
                self.tokens / elapsed,
            )
