"""Errors whose message was written for the person who can mend what is wrong."""


class ReadableError(Exception):
    """Its message says what was expected, what was found, and what to do; no traceback is needed.

    The `lmmrec` command prints the message of such an error and nothing else.
    """


class MissingExtraError(ReadableError, ImportError):
    """Packages of an extra are needed that are not installed."""
