"""The errors of ingestion: of a whole run, and of one row."""

from lmmrec_tfrs.errors import ReadableError
from lmmrec_tfrs.ingestion.reasons import QuarantineReason


class IngestionError(ReadableError, ValueError):
    """The input cannot be used; the message names the file, the finding and the remedy."""

    @classmethod
    def of_file(cls, path: str, expected: str, found: str, remedy: str) -> "IngestionError":
        """Composes the message in the one form that all file errors have.

        >>> print(IngestionError.of_file("a.csv", "a CSV file", "nothing", "write it again"))
        a.csv: expected a CSV file, found nothing. Remedy: write it again.
        """
        return cls(f"{path}: expected {expected}, found {found}. Remedy: {remedy}.")


class RowError(ValueError):
    """One row cannot be used, and goes into the quarantine under `reason`."""

    def __init__(self, reason: QuarantineReason, detail: str):
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
