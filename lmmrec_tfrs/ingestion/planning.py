"""Looks at the input files before anything runs, and plans who reads what.

Only the beginning of each file is read. Whatever is wrong with a file as a whole (it is not
there, empty, of another format) is found here, where the error reaches the user as it is; a
malformed row is left to the quarantine.
"""

import csv
import itertools
import os

import pyarrow as pa
import pyarrow.parquet as pq
import tensorflow as tf

from lmmrec_tfrs.ingestion import parsing
from lmmrec_tfrs.ingestion.errors import IngestionError, RowError
from lmmrec_tfrs.ingestion.readers.row_format import FileShape
from lmmrec_tfrs.ingestion.sources import container as containers
from lmmrec_tfrs.ingestion.sources import csv_rows, files, json_lines
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.ingestion.sources.raw_rows import ReadRange
from lmmrec_tfrs.privacy.config import PrivacyConfig
from lmmrec_tfrs.privacy.masking import Masker

_HEAD_BYTES = 4096
_SAMPLED_ROWS = 1000
RANGE_BYTES = 64 << 20


def plan_files(
    input_base: str,
    pattern: str,
    shape: FileShape,
    csv_delimiter: str = ",",
    masker: Masker | None = None,
) -> list[ReadRange]:
    """Checks the files of a pattern and divides them into ranges.

    Args:
        input_base: the folder that the pattern is relative to.
        pattern: a glob pattern.
        shape: what the files must be, as a row format has it.
        csv_delimiter: the delimiter of CSV files.
        masker: masks what the messages of errors show of a file's content.

    Raises:
        IngestionError: no file matches, or one is not what the format says.
    """
    masker = masker or Masker(PrivacyConfig())
    parts = []
    for path in files.list_files(input_base, pattern):
        name = os.path.relpath(path, input_base) if path.startswith(input_base) else path
        try:
            kind = _container(path, shape, masker)
            if kind is Container.PARQUET:
                parts.extend(_plan_parquet(path, name, shape, masker))
            elif kind is Container.CSV:
                parts.append(_plan_csv(path, name, shape, csv_delimiter, masker))
            else:
                _check_json_lines(path, shape, masker)
                parts.extend(_ranges(path, name))
        except files.BROKEN_GZIP as error:
            raise files.broken_gzip_error(path, error) from error
        except (OSError, tf.errors.OpError) as error:
            raise IngestionError.of_file(
                path, "a readable file", str(error), "check the path and the access rights"
            ) from error
    return parts


def _container(path: str, shape: FileShape, masker: Masker) -> Container:
    content = shape.content
    if files.size(path) == 0:
        raise _empty(path, content, "an empty file")
    with files.open_decompressed(path) as stream:
        head = stream.read(_HEAD_BYTES)
    if not head.strip():
        raise _empty(path, content, "no content")
    kind = containers.sniff(head)
    if kind is None or kind not in shape.containers:
        titles = " or ".join(kind.noun for kind in shape.containers)
        raise IngestionError.of_file(
            path,
            f"{content}: {titles}, plain or gzip",
            masker.mask(containers.describe(head)).text,
            "convert the file, or set the format that it has",
        )
    return kind


def _empty(path: str, content: str, found: str) -> IngestionError:
    return IngestionError.of_file(
        path, content, found, "write the file again, or leave it out of the pattern"
    )


def _check_columns(path: str, shape: FileShape, found: list[str], masker: Masker) -> None:
    missing = [names for names in shape.columns if not set(names) & set(found)]
    if missing:
        wanted = ", ".join(" or ".join(names) for names in missing)
        required = ", ".join(" or ".join(names) for names in shape.columns)
        # A file without a header shows a row of data instead.
        shown = masker.mask(", ".join(found[:40])).text
        raise IngestionError.of_file(
            path,
            f"{shape.content}, with the columns {required}",
            f"none named {wanted} among {shown or 'no columns'}",
            "set the format that the file has, or map its columns with the format csv, jsonl or "
            "parquet and `columns` (`catalogue_columns`, `text_columns`)",
        )


def _plan_csv(path: str, name: str, shape: FileShape, delimiter: str, masker: Masker) -> ReadRange:
    content = shape.content
    with files.open_decompressed(path) as stream:
        first_rows = list(itertools.islice(csv_rows.records(stream, delimiter), 2))
    try:
        if not isinstance(first_rows[0].payload, bytes):
            raise TypeError("a CSV record is bytes")
        header = [field.strip() for field in csv_rows.fields(first_rows[0].payload, delimiter)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise IngestionError.of_file(
            path, f"{content}, with a CSV header", str(error), "write the file as UTF-8 CSV"
        ) from error
    _check_columns(path, shape, header, masker)
    repeated = sorted({column for column in header if header.count(column) > 1})
    if repeated:
        raise IngestionError.of_file(
            path, f"{content}, each column once", f"{', '.join(repeated)} repeated", "rename them"
        )
    if len(first_rows) == 1:
        raise _empty(path, content, "a header without rows")
    return ReadRange(path, name, Container.CSV, header=tuple(header))


def _plan_parquet(path: str, name: str, shape: FileShape, masker: Masker) -> list[ReadRange]:
    with files.open_decompressed(path) as stream:
        try:
            table = pq.ParquetFile(stream)
        except (pa.ArrowInvalid, OSError) as error:
            raise damaged_parquet(path, error) from error
        _check_columns(path, shape, list(table.schema_arrow.names), masker)
        metadata = table.metadata
    if metadata.num_rows == 0:
        raise _empty(path, shape.content, "a table without rows")
    parts, first_row = [], 0
    for group in range(metadata.num_row_groups):
        parts.append(
            ReadRange(path, name, Container.PARQUET, group, group + 1, first_row=first_row)
        )
        first_row += metadata.row_group(group).num_rows
    return parts


def damaged_parquet(path: str, error: BaseException) -> IngestionError:
    """The error for a damaged Parquet file."""
    return IngestionError.of_file(
        path, "a whole Parquet file", f"a damaged one ({error})", "copy or write the file again"
    )


def _check_json_lines(path: str, shape: FileShape, masker: Masker) -> None:
    """Refuses a file whose first rows are all unreadable, or all lack a required column."""
    whole = ReadRange(path, path, Container.JSON_LINES)
    found: dict[str, None] = {}
    objects, first_error = 0, ""
    for row in itertools.islice(json_lines.read(whole), _SAMPLED_ROWS):
        try:
            row_object = parsing.decode(whole, row, ",", shape.python_literals)
            found.update(dict.fromkeys(map(str, row_object)))
            objects += 1
        except RowError as error:
            detail = masker.mask(error.detail).text
            first_error = first_error or f"{detail} (line {row.position})"
    if not objects:
        raise IngestionError.of_file(
            path,
            f"{shape.content}: one JSON object a line",
            f"no such line among the first rows: {first_error}",
            "write one object a line, or set the format that the file has",
        )
    _check_columns(path, shape, list(found), masker)


def _ranges(path: str, name: str) -> list[ReadRange]:
    """Byte ranges of a plain file; a compressed one, or a small one, is read whole."""
    length = files.size(path)
    if length <= RANGE_BYTES or files.is_gzip(path):
        return [ReadRange(path, name, Container.JSON_LINES)]
    starts = range(0, length, RANGE_BYTES)
    return [
        ReadRange(path, name, Container.JSON_LINES, start, min(start + RANGE_BYTES, length))
        for start in starts
    ]
