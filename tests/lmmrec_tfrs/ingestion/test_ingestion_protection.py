"""Quarantined rows keep their bytes, but for personal data."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmmrec_tfrs.data.records import QuarantinedRow
from lmmrec_tfrs.ingestion.config import IngestionConfig
from lmmrec_tfrs.ingestion.parsing import EventParser, ItemParser
from lmmrec_tfrs.ingestion.readers.registry import row_format
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.ingestion.sources.raw_rows import RawRow, ReadRange
from lmmrec_tfrs.privacy.config import PrivacyConfig

JSON_LINES = ReadRange("r.jsonl", "r.jsonl", Container.JSON_LINES)
CSV = ReadRange("r.csv", "r.csv", Container.CSV, header=("user_id", "asin", "rating", "text"))
FORMAT = row_format(IngestionConfig(format="amazon_2023", events="x"))


def quarantined(part, payload, privacy=None):
    parser = EventParser(FORMAT, privacy=privacy)
    (result,) = parser.parse(part, RawRow(1, "line", payload))
    assert isinstance(result, QuarantinedRow)
    return result, parser.protector.take_counts()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"text": "x@example.com \xe9', b'{"text": "[EMAIL] \xe9'),
        (b'{"text": "nothing here" \xff\xfe', b'{"text": "nothing here" \xff\xfe'),
        (b'{ "text": "nothing",  "asin": 1}', b'{ "text": "nothing",  "asin": 1}'),
        # An escaped sign is found in the value, not in the bytes.
        (b'{"text": "x\\u0040example.com"}', b'{"text": "[EMAIL]"}'),
        (b'{"a": [{"b": "x@example.com"}], "n": 1529193600}', None),
    ],
)
def test_raw_bytes_are_masked_and_else_untouched(line, expected):
    result, counts = quarantined(JSON_LINES, line)
    if expected is None:
        assert result.raw == b'{"a": [{"b": "[EMAIL]"}], "n": 1529193600}'
    else:
        assert result.raw == expected
    assert counts["email"] == (b"[EMAIL]" in result.raw)


def test_csv_stays_csv():
    result, _ = quarantined(CSV, b',i,5,"Soft.\nKind regards,\nJane Roe"')
    (fields,) = csv.reader(result.raw.decode().splitlines(keepends=True))
    assert fields == ["", "i", "5", "Soft.\nKind regards,\n[NAME]"]


def test_details_are_masked():
    result, _ = quarantined(
        JSON_LINES, b'{"user_id": "u", "asin": "i", "timestamp": "x@example.com"}'
    )
    assert result.detail == "expected a time, found '[EMAIL]'"


def test_masking_can_be_switched_off():
    line = b'{"text": "x@example.com"}'
    result, counts = quarantined(JSON_LINES, line, PrivacyConfig(mask_personal_data=False))
    assert result.raw == line
    assert not counts


def test_the_catalogue_is_masked_only_where_asked_for():
    line = b'{"parent_asin": "i", "title": "x@example.com"}'
    titles = []
    for privacy in (PrivacyConfig(), PrivacyConfig(mask_catalogue=True)):
        (result,) = ItemParser(FORMAT, privacy=privacy).parse(JSON_LINES, RawRow(1, "line", line))
        titles.append(result.record.title)
    assert titles == ["x@example.com", "[EMAIL]"]


@settings(max_examples=50)
@given(st.binary(max_size=80))
def test_an_address_never_passes_whatever_surrounds_it(noise):
    line = b'{"text": ' + noise.replace(b"@", b"") + b' write to jane.roe@example.com now"}'
    result, _ = quarantined(JSON_LINES, line)
    assert b"jane.roe@example.com" not in result.raw
