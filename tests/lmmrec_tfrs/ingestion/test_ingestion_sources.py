"""Raw rows out of files."""

import csv
import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.ingestion.sources import csv_rows, files, json_lines, lines, parquet_rows
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.ingestion.sources.raw_rows import ReadRange


@pytest.mark.parametrize("name", ["plain.jsonl.gz", "squeezed.jsonl"])
def test_gzip_is_told_by_its_bytes_not_by_its_name(tmp_path, name):
    content = b'{"a": 1}\n\n{"a": 2}'
    path = tmp_path / name
    path.write_bytes(content if name.startswith("plain") else gzip.compress(content))
    rows = list(json_lines.read(ReadRange(str(path), name, Container.JSON_LINES)))
    assert [(row.position, row.payload) for row in rows] == [(1, b'{"a": 1}'), (3, b'{"a": 2}')]


@given(
    st.lists(st.text(alphabet="ab{é", max_size=6).map(str.encode), max_size=12),
    st.integers(1, 20),
    st.booleans(),
)
def test_byte_ranges_read_each_line_once(tmp_path_factory, content, width, break_at_end):
    path = tmp_path_factory.mktemp("ranges") / "rows.jsonl"
    data = b"\n".join(content) + (b"\n" if break_at_end else b"")
    path.write_bytes(data)
    rows = []
    for start in range(0, len(data), width):
        stop = min(start + width, len(data))
        part = ReadRange(str(path), "rows", Container.JSON_LINES, start, stop)
        rows += list(json_lines.read(part))
    assert [row.payload for row in rows] == [line for line in content if line]
    for row in rows:
        assert data[row.position :].startswith(row.payload)


def test_lines_over_the_limit_are_cut_and_reading_goes_on():
    stream = io.BytesIO(b"a" * 50 + b"\nb\n" + b"c" * 7)
    assert list(lines.bounded_lines(stream, 8)) == [
        (b"a" * 8, 51, True),
        (b"b\n", 2, False),
        (b"c" * 7, 7, False),
    ]


FIELD = st.text(alphabet='ab",\n\r \u2028é', max_size=6)


@given(st.lists(st.lists(FIELD, min_size=2, max_size=3).filter(any), max_size=6))
def test_csv_records_survive_quotes_and_line_breaks(rows):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(rows)
    records = csv_rows.records(io.BytesIO(buffer.getvalue().encode()), ",")
    assert [csv_rows.fields(record.payload, ",") for record in records] == rows


def test_unclosed_quote_cannot_swallow_a_file():
    content = b'a,"b\n' + b"c,d\n" * 100_000
    records = list(csv_rows.records(io.BytesIO(content), ","))
    assert len(records[0].payload) < 200_000
    assert records[-1].payload == b"c,d"
    assert sum(len(r.payload) for r in records) > len(content) * 0.7  # nothing is dropped
    with pytest.raises(csv.Error):
        csv_rows.fields(records[0].payload, ",")


def test_parquet_row_groups_number_rows_across_the_file(tmp_path):
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"a": list(range(5))}), path, row_group_size=2)
    part = ReadRange(str(path), "rows", Container.PARQUET, start=1, stop=3, first_row=2)
    rows = list(parquet_rows.read(part))
    assert [(row.position, row.payload["a"]) for row in rows] == [(3, 2), (4, 3), (5, 4)]


def test_closing_closes_the_compressed_stream(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"x"))
    stream = files.open_decompressed(str(path))
    compressed = stream.raw._compressed
    assert stream.read() == b"x"
    stream.close()
    assert compressed.closed
