"""The account of a run."""

import pytest

from lmmrec_tfrs.ingestion.errors import IngestionError
from lmmrec_tfrs.ingestion.report import IngestionReport, RowCounts


def report(**changes):
    values = {
        "files": ("a.csv",),
        "events": RowCounts(
            read=10, kept=6, filtered={"duplicate": 3}, quarantined={"invalid_csv": 1}
        ),
        "catalogue": RowCounts(read=2, kept=2),
        "splits": {"train": 4, "validation": 1, "test": 1},
        "split_strategy": "random",
        "requested_strategy": "auto",
        "users": 2,
        "items": 3,
        "density": 1.0,
        "timestamp_share": 0.0,
        "seed": 1,
        **changes,
    }
    return IngestionReport(**values)


def test_balances_and_reads():
    report().balance_check()
    assert "events: 10 rows read = 6 kept + 3 duplicate + 1 quarantined (invalid_csv)" in (
        report().summary()
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"events": RowCounts(read=11, kept=6, filtered={"duplicate": 4})},
        {"catalogue": RowCounts(read=3, kept=2)},
        {"splits": {"train": 5, "validation": 1, "test": 1}},
    ],
)
def test_imbalance_is_an_error(changes):
    with pytest.raises(IngestionError, match="does not balance"):
        report(**changes).balance_check()


def test_file_round_trip(tmp_path):
    report().write(str(tmp_path))
    assert (tmp_path / "ingestion_report.json").exists()
    assert IngestionReport.read(str(tmp_path)) == report()
