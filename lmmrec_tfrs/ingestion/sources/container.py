"""The kinds of files, and telling them apart by their content."""

import enum

from lmmrec_tfrs.ingestion.config import DataFormat

GZIP_MAGIC = b"\x1f\x8b"
PARQUET_MAGIC = b"PAR1"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Container(enum.StrEnum):
    """A kind of file, gzip aside."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    PARQUET = "parquet"

    @classmethod
    def of_format(cls, data_format: DataFormat) -> "Container":
        """The container of a generic format."""
        return cls(data_format.value)

    @property
    def noun(self) -> str:
        """As it reads in a message."""
        titles = {"csv": "a CSV file", "jsonl": "JSON lines", "parquet": "a Parquet file"}
        return titles[self.value]


def sniff(head: bytes) -> Container | None:
    """Tells a container by the first bytes of the (decompressed) content.

    >>> sniff(b'{"a": 1}').value, sniff(b"a,b\\n1,2").value, sniff(b"\\x00\\x01")
    ('jsonl', 'csv', None)

    Returns:
        The container, or None for binary content of another kind.
    """
    if head.startswith(PARQUET_MAGIC):
        return Container.PARQUET
    text = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if text.startswith(b"{"):
        return Container.JSON_LINES
    return None if b"\x00" in head else Container.CSV


def describe(head: bytes) -> str:
    """What the content looks like, for a message."""
    if not head.strip():
        return "an empty file"
    if head.startswith(b"PK\x03\x04"):
        return "a ZIP archive"
    if head.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"["):
        return "one JSON array"
    container = sniff(head)
    if container is None:
        return "binary content of another kind"
    if container is Container.CSV:
        line = head.removeprefix(_BYTE_ORDER_MARK).lstrip().split(b"\n")[0]
        return f"text that begins with {line[:60].decode('utf-8', 'replace')!r}"
    return container.noun
