"""Whole runs on small files."""

import gzip
import json
import random
from collections import Counter

import pytest

from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.data.records import Item
from lmmrec_tfrs.ingestion import planning
from lmmrec_tfrs.ingestion.beam import run_ingestion
from lmmrec_tfrs.ingestion.config import IngestionConfig
from lmmrec_tfrs.ingestion.errors import IngestionError
from lmmrec_tfrs.ingestion.report import IngestionReport
from tests.local_beam import local_pipeline

COLUMNS = {
    "user_id": "user",
    "item_id": "item",
    "timestamp": "at",
    "rating": "stars",
    "text": "text",
}


def row(user, item, at=None, stars=None, text=""):
    return json.dumps({"user": user, "item": item, "at": at, "stars": stars, "text": text}).encode()


class Output:
    """Where a run wrote, and what."""

    def __init__(self, directory):
        self.uris = [
            str(directory / name) for name in ("examples", "catalogue", "quarantine", "texts")
        ]
        self.examples, self.catalogue, self.quarantine, self.texts = self.uris

    def events(self, split):
        return list(example_files.read_events(self.examples, split))

    def pairs(self, split):
        return sorted((event.user_id, event.item_id) for event in self.events(split))

    def items(self):
        items = example_files.read_catalogue(self.catalogue)
        return sorted(items, key=lambda item: item.item_id)


def ingest(directory, lines, items=None, compress=False, **arguments):
    data = directory / "data"
    data.mkdir(exist_ok=True)
    content = b"\n".join(lines)
    (data / "events.jsonl").write_bytes(gzip.compress(content) if compress else content)
    if items is not None:
        (data / "items.jsonl").write_bytes(b"\n".join(json.dumps(i).encode() for i in items))
        arguments |= {
            "catalogue": "items.jsonl",
            "catalogue_columns": {"item_id": "item", "title": "title"},
        }
    config = IngestionConfig(format="jsonl", events="events.jsonl", columns=COLUMNS, **arguments)
    output = Output(directory)
    report = run_ingestion(local_pipeline, config, str(data), *output.uris)
    return report, output


def test_a_run_by_hand(tmp_path):
    lines = [
        row("u", "a", 100, 5, "old"),
        b"{broken",
        row("u", "a", 300, 4, "new"),  # repeats (u, a), later
        row("u", "b", 200, 5),
        row("u", "c", 400, 2),  # not positive
        row("u", "d", 250, None),  # unrated: stays
        b"",
        row("v", "b", 100, 5),
        row("v", "", 100, 5),  # no item
        row("v", "e", 100, "NaN"),
        b'{"user": "v", "item": "caf\xe9"}',
    ]
    items = [
        {"item": "a", "title": "first"},
        {"item": "a", "title": "second"},
        {"item": "z", "title": "unseen"},
        {"item": None},
    ]
    report, output = ingest(tmp_path, lines, items, positive_threshold=4)

    assert report.events.read == 10
    assert report.events.filtered == {"duplicate": 1, "below_positive_threshold": 1}
    assert report.events.quarantined == {
        "invalid_json": 1,
        "missing_item_id": 1,
        "invalid_rating": 1,
        "invalid_encoding": 1,
    }
    assert report.events.kept == 4
    assert report.splits == {"train": 2, "validation": 1, "test": 1}
    assert report.split_strategy == "leave_last_out"
    assert output.pairs("train") == [("u", "b"), ("v", "b")]
    assert output.pairs("validation") == [("u", "d")]
    assert [(e.item_id, e.text, e.timestamp, e.rating) for e in output.events("test")] == [
        ("a", "new", 300, 4.0)
    ]

    assert (report.catalogue.read, report.catalogue.kept) == (4, 2)
    assert report.catalogue.filtered == {"duplicate": 1}
    assert report.catalogue.quarantined == {"missing_item_id": 1}
    assert report.items_without_metadata == 2
    assert output.items() == [Item("a", "first"), Item("b"), Item("d"), Item("z", "unseen")]

    quarantined = {r.location: r for r in example_files.read_quarantine(output.quarantine)}
    assert len(quarantined) == 5
    assert quarantined["events.jsonl:line 2"].raw == b"{broken"
    assert quarantined["events.jsonl:line 11"].raw == lines[-1]
    assert quarantined["items.jsonl:line 4"].reason == "missing_item_id"

    assert (report.users, report.items, report.density) == (2, 3, 4 / 6)
    assert IngestionReport.read(output.quarantine) == report
    assert sorted(p.name for p in (tmp_path / "quarantine").iterdir()) == [
        "Split-quarantine",
        "ingestion_report.json",
    ]


def test_catalogue_of_events_only(tmp_path):
    items = [{"item": "a", "title": "A"}, {"item": "z", "title": "Z"}]
    report, output = ingest(
        tmp_path, [row("u", "a"), row("u", "b")], items, catalogue_scope="events"
    )
    assert output.items() == [Item("a", "A"), Item("b")]
    assert report.catalogue.filtered == {"out_of_scope": 1}


@pytest.mark.slow
def test_nothing_quarantined_still_leaves_a_file(tmp_path):
    _, output = ingest(tmp_path, [row("u", "a"), row("u", "b")])
    assert list(example_files.read_quarantine(output.quarantine)) == []


@pytest.mark.slow
def test_without_times_the_later_row_of_a_pair_stays(tmp_path):
    lines = [row("u", "a", text=str(n)) for n in range(12)]
    report, output = ingest(tmp_path, lines)
    assert [event.text for event in output.events("train")] == ["11"]
    assert report.split_strategy == "random"
    assert report.warnings == ("the split 'validation' is empty", "the split 'test' is empty")


@pytest.mark.slow
def test_repeated_pairs_may_stay_and_share_a_split(tmp_path):
    lines = [row("u", item, at) for at, item in enumerate("abcabcabc")]
    report, output = ingest(tmp_path, lines, deduplicate=False, k_core=1)
    assert report.splits == {"train": 3, "validation": 3, "test": 3}
    assert output.pairs("test") == [("u", "c")] * 3


def test_global_time(tmp_path):
    lines = [row(f"u{n % 3}", f"i{n}", 1000 + n) for n in range(10)]
    report, output = ingest(tmp_path, lines, split={"strategy": "global_time"})
    assert (report.validation_begins, report.test_begins) == (1008, 1009)
    assert report.splits == {"train": 8, "validation": 1, "test": 1}
    assert output.pairs("test") == [("u0", "i9")]


@pytest.mark.slow
def test_account_splits_and_shards_of_random_data(tmp_path, monkeypatch):
    """Whatever the rows: the account balances, splits are disjoint, shards change nothing."""
    generator = random.Random(7)
    lines = []
    for number in range(600):
        kind = generator.random()
        at = generator.choice([None, generator.randrange(10**9)])
        if kind < 0.1:
            lines.append(generator.choice([b"{", b"[]", b"\xff", b"{}", row("u", "i", stars="x")]))
        else:
            user, item = f"u{generator.randrange(40)}", f"i{generator.randrange(15)}"
            lines.append(row(user, item, at, generator.randrange(1, 6), f"text {number}"))
    arguments = {"positive_threshold": 2, "k_core": 6}
    results = []
    for name, shuffle, width, compress in (
        ("whole", False, 1 << 20, True),
        ("ranges", False, 700, False),
        ("shuffled", True, 1 << 20, False),
    ):
        monkeypatch.setattr(planning, "RANGE_BYTES", width)
        directory = tmp_path / name
        directory.mkdir()
        shuffled = generator.sample(lines, len(lines)) if shuffle else lines
        report, output = ingest(directory, shuffled, compress=compress, **arguments)
        splits = {split: output.pairs(split) for split in columns.EVENT_SPLITS}
        results.append((report, splits))
    report, splits = results[0]
    assert report.events.read == 600
    assert report.events.accounted_for() == 600
    assert set(report.events.filtered) == {
        "duplicate",
        "below_positive_threshold",
        "below_k_core",
    }
    pairs = [pair for split in splits.values() for pair in split]
    assert len(pairs) == len(set(pairs)) == report.events.kept
    assert min(Counter(user for user, _ in pairs).values()) >= 6
    assert min(Counter(item for _, item in pairs).values()) >= 6
    assert results[1][0] == report.model_copy(update={"files": results[1][0].files})
    assert results[1][1] == splits
    # Ties between rows without times go by place, so shuffling may keep another row of a pair;
    # what was read and quarantined stays.
    assert results[2][0].events.quarantined == report.events.quarantined


def test_gzip_that_breaks_off_in_the_middle(tmp_path):
    generator = random.Random(1)
    lines = [row(f"u{n}", f"i{n}", text=generator.randbytes(150).hex()) for n in range(3_000)]
    data = tmp_path / "data"
    data.mkdir()
    whole = gzip.compress(b"\n".join(lines))
    (data / "events.jsonl").write_bytes(whole[: len(whole) * 3 // 4])
    config = IngestionConfig(format="jsonl", events="events.jsonl", columns=COLUMNS)
    output = Output(tmp_path)
    with pytest.raises(IngestionError) as raised:
        run_ingestion(local_pipeline, config, str(data), *output.uris)
    assert str(raised.value).startswith(str(data / "events.jsonl"))
    assert "gzip -t" in str(raised.value)
    assert not (tmp_path / "quarantine" / ".temporary").exists()


@pytest.mark.parametrize(
    ("lines", "arguments", "message"),
    [
        ([row("u", "a"), row("v", "a")], {"k_core": 2}, "none among 2 rows.*lower k_core"),
        ([row("u", "a", stars=1)], {"positive_threshold": 2}, "below_positive_threshold': 1"),
        ([row("u", "a")], {"split": {"strategy": "leave_last_out"}}, "expected timestamps"),
    ],
)
def test_nothing_to_split_is_an_error(tmp_path, lines, arguments, message):
    with pytest.raises(IngestionError, match=message):
        ingest(tmp_path, lines, **arguments)
