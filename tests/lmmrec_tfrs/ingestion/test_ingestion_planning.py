"""Files that cannot be used as a whole are refused before anything runs."""

import gzip
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lmmrec_tfrs.ingestion import planning
from lmmrec_tfrs.ingestion.config import IngestionConfig
from lmmrec_tfrs.ingestion.errors import IngestionError
from lmmrec_tfrs.ingestion.readers.registry import row_format

JSON_FORMAT = row_format(IngestionConfig(format="amazon_2018", events="x"))
CSV_FORMAT = row_format(IngestionConfig(format="amazon_2014_csv", events="x"))
PARQUET_FORMAT = row_format(
    IngestionConfig(format="parquet", events="x", columns={"user_id": "u", "item_id": "i"})
)
GOOD_LINE = b'{"reviewerID": "u", "asin": "i"}\n'


def refuse(tmp_path, content, row_format_, *messages):
    path = tmp_path / "reviews"
    path.write_bytes(content)
    with pytest.raises(IngestionError) as raised:
        planning.plan_files(str(tmp_path), "reviews", row_format_.event_files)
    message = str(raised.value)
    for part in (re.escape(str(path)), "expected", "found", "Remedy", *messages):
        assert re.search(part, message), message


def test_no_file(tmp_path):
    with pytest.raises(IngestionError, match=r"absent-\*.*at least one file, found none.*Remedy"):
        planning.plan_files(str(tmp_path), "absent-*", JSON_FORMAT.event_files)


@pytest.mark.parametrize(
    ("content", "row_format_", "message"),
    [
        (b"", JSON_FORMAT, "an empty file"),
        (gzip.compress(b""), JSON_FORMAT, "no content"),
        (b"\n \n", JSON_FORMAT, "no content"),
        (b"reviewerID,asin\n", CSV_FORMAT, "a header without rows"),
        (gzip.compress(GOOD_LINE * 100)[:40], JSON_FORMAT, "damaged or cut off"),
        (gzip.compress(GOOD_LINE)[:12] + b"\xff" * 40, JSON_FORMAT, "damaged or cut off"),
        (b"reviewerID,asin\nu,i\n", JSON_FORMAT, "JSON lines.*begins with 'reviewerID,asin'"),
        (GOOD_LINE, CSV_FORMAT, "a CSV file.*found JSON lines"),
        (b"[" + GOOD_LINE + b"]", JSON_FORMAT, "found one JSON array"),
        (b"PK\x03\x04\x00\x00", JSON_FORMAT, "found a ZIP archive"),
        (b"user,item\nu,i\n", CSV_FORMAT, "none named reviewerID, asin among user, item"),
        (b'{"user_id": "u", "asin": "i"}', JSON_FORMAT, "none named reviewerID among user_id"),
        (b"{broken\n{broken too\n", JSON_FORMAT, "no such line among the first rows"),
        (b"u,i\n1,2\n", PARQUET_FORMAT, "a Parquet file.*begins with 'u,i'"),
        (b"PAR1 but nothing else", PARQUET_FORMAT, "a damaged one"),
        (b"asin,asin,reviewerID\n1,2,3\n", CSV_FORMAT, "asin repeated"),
        (b"reviewerID,asin\xff\n1,2\n", CSV_FORMAT, "utf-8"),
    ],
    ids=[
        "empty",
        "empty gzip",
        "blank",
        "header alone",
        "cut gzip",
        "damaged gzip",
        "csv for json",
        "json for csv",
        "json array",
        "zip",
        "csv without columns",
        "json without columns",
        "malformed",
        "csv for parquet",
        "damaged parquet",
        "repeated column",
        "not utf-8",
    ],
)
def test_refuses(tmp_path, content, row_format_, message):
    refuse(tmp_path, content, row_format_, message)


def test_parquet_without_rows_or_columns(tmp_path):
    pq.write_table(pa.table({"u": ["1"], "x": ["2"]}), tmp_path / "wrong")
    with pytest.raises(IngestionError, match="none named i among u, x"):
        planning.plan_files(str(tmp_path), "wrong", PARQUET_FORMAT.event_files)
    pq.write_table(pa.table({"u": pa.array([], pa.string()), "i": []}), tmp_path / "empty")
    with pytest.raises(IngestionError, match="a table without rows"):
        planning.plan_files(str(tmp_path), "empty", PARQUET_FORMAT.event_files)


def test_one_malformed_row_does_not_refuse_a_file(tmp_path):
    (tmp_path / "reviews").write_bytes(b"{broken\n" + GOOD_LINE)
    assert len(planning.plan_files(str(tmp_path), "reviews", JSON_FORMAT.event_files)) == 1


def test_large_plain_files_are_divided(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "RANGE_BYTES", 50)
    (tmp_path / "reviews").write_bytes(GOOD_LINE * 3)
    parts = planning.plan_files(str(tmp_path), "reviews", JSON_FORMAT.event_files)
    assert [(part.start, part.stop) for part in parts] == [(0, 50), (50, 99)]
    (tmp_path / "reviews").write_bytes(gzip.compress(GOOD_LINE * 3, mtime=0))
    parts = planning.plan_files(str(tmp_path), "reviews", JSON_FORMAT.event_files)
    assert [(part.start, part.stop) for part in parts] == [(0, None)]
