"""Malformed rows: each goes into the quarantine with its bytes, and none crashes the parser."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.data.records import QuarantinedRow
from lmmrec_tfrs.ingestion.config import DataFormat, IngestionConfig
from lmmrec_tfrs.ingestion.parsing import EventParser, ItemParser, Parsed
from lmmrec_tfrs.ingestion.readers.registry import row_format
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.ingestion.sources.raw_rows import RawRow, ReadRange

PUBLISHED = [name for name in DataFormat if not name.is_generic]
FIELDS = [
    "reviewerID",
    "asin",
    "overall",
    "summary",
    "reviewText",
    "unixReviewTime",
    "user_id",
    "parent_asin",
    "title",
    "text",
    "rating",
    "timestamp",
    "business_id",
    "stars",
    "date",
    "item_id",
    "recommend",
    "review",
    "posted",
    "reviews",
    "username",
    "product_id",
    "review_text",
    "review_date",
    "id",
    "price",
    "genres",
    "tags",
    "specs",
    "categories",
    "category",
    "description",
]
JSON_LINES = ReadRange("reviews.jsonl", "reviews.jsonl", Container.JSON_LINES)
CSV = ReadRange("r.csv", "r.csv", Container.CSV, header=("user_id", "asin", "rating"))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def amazon_parser():
    return EventParser(row_format(IngestionConfig(format="amazon_2023", events="x")))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"user_id": "u", "asin"', "invalid_json"),
        (b"{" * 100_000, "invalid_json"),
        (b"[1, 2]", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b'{"user_id": "u", "asin": "caf\xe9"}', "invalid_encoding"),
        (b'{"user_id": "u", "asin": "\\ud800"}', "invalid_encoding"),
        (b'{"asin": "i"}', "missing_user_id"),
        (b'{"user_id": " ", "asin": "i"}', "missing_user_id"),
        (b'{"user_id": "u", "asin": null}', "missing_item_id"),
        (b'{"user_id": "u", "asin": "i", "rating": NaN}', "invalid_rating"),
        (b'{"user_id": "u", "asin": "i", "rating": "good"}', "invalid_rating"),
        (b'{"user_id": "u", "asin": "i", "timestamp": "soon"}', "invalid_timestamp"),
    ],
)
def test_json_quarantine(line, reason):
    (result,) = amazon_parser().parse(JSON_LINES, RawRow(12, "line", line))
    assert isinstance(result, QuarantinedRow)
    assert (result.reason, result.raw) == (reason, line)
    assert result.location == "reviews.jsonl:line 12"
    assert result.detail


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"u,i", "wrong_field_count"),
        (b"u,i,5,6", "wrong_field_count"),
        (b'u,"i"x,5', "invalid_csv"),
        (b'u,"i,5', "invalid_csv"),
        (b"u,caf\xe9,5", "invalid_encoding"),
        (b"u,i,nan", "invalid_rating"),
        (b",i,5", "missing_user_id"),
    ],
)
def test_csv_quarantine(record, reason):
    (result,) = amazon_parser().parse(CSV, RawRow(1, "line", record))
    assert isinstance(result, QuarantinedRow)
    assert (result.reason, result.raw) == (reason, record)


def test_missing_rating_and_timestamp_are_no_errors():
    (result,) = amazon_parser().parse(CSV, RawRow(1, "line", b"u,i,"))
    assert isinstance(result, Parsed)
    assert (result.record.rating, result.record.timestamp) == (None, None)


def test_overlong_row_is_quarantined():
    row = RawRow(1, "line", b'{"user_id"', truncated=True)
    (result,) = amazon_parser().parse(JSON_LINES, row)
    assert isinstance(result, QuarantinedRow)
    assert result.reason == "row_too_long"


def test_parquet_row_keeps_its_values_in_the_quarantine():
    part = ReadRange("r.parquet", "r.parquet", Container.PARQUET)
    (result,) = amazon_parser().parse(part, RawRow(3, "row", {"user_id": "u", "asin": None}))
    assert isinstance(result, QuarantinedRow)
    assert json.loads(result.raw) == {"user_id": "u", "asin": None}
    assert result.location == "r.parquet:row 3"


def check_all_formats(part, payload):
    for name in PUBLISHED:
        format_ = row_format(IngestionConfig(format=name, events="x"))
        for parser in (EventParser(format_), ItemParser(format_)):
            results = list(parser.parse(part, RawRow(1, "line", payload)))
            assert all(isinstance(result, Parsed | QuarantinedRow) for result in results)
            if format_.expand is None or isinstance(parser, ItemParser):
                assert len(results) == 1


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
def test_any_bytes_give_a_record_or_a_quarantined_row(line):
    check_all_formats(JSON_LINES, line)
    check_all_formats(CSV, line)


@given(st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES, max_size=8))
def test_any_object_gives_a_record_or_a_quarantined_row(row):
    check_all_formats(JSON_LINES, json.dumps(row).encode())
