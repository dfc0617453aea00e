"""Texts without a purchase, test splits that come as files, and personal data on the way in."""

import csv
import gzip
import json

import pytest

from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.ingestion import splitting
from lmmrec_tfrs.ingestion.beam import run_ingestion
from lmmrec_tfrs.ingestion.config import IngestionConfig
from lmmrec_tfrs.ingestion.errors import IngestionError
from lmmrec_tfrs.ingestion.split_config import SplitConfig, SplitStrategy
from lmmrec_tfrs.privacy.user_ids import UserIdHasher
from tests.local_beam import local_pipeline

KEY = "a key of the tests, which is long enough"
COLUMNS = {
    "user_id": "user",
    "item_id": "item",
    "timestamp": "at",
    "text": "text",
    "source": "kind",
}
TEXT_COLUMNS = {"user_id": "who", "timestamp": "at", "text": "q", "default_source": "query"}


def row(user, item, at=None, text="", kind=None):
    return json.dumps({"user": user, "item": item, "at": at, "text": text, "kind": kind}).encode()


class Run:
    """One run, and what it wrote."""

    def __init__(self, directory, events, texts=None, test_events=None, **arguments):
        data = directory / "data"
        data.mkdir()
        (data / "events.jsonl").write_bytes(b"\n".join(events))
        if texts is not None:
            with (data / "queries.csv").open("w", newline="") as file:
                csv.writer(file).writerows([("who", "at", "q"), *texts])
            arguments |= {"texts": "queries.csv", "text_columns": TEXT_COLUMNS}
        if test_events is not None:
            (data / "test.jsonl.gz").write_bytes(gzip.compress(b"\n".join(test_events)))
            arguments["test_events"] = "test.jsonl.gz"
        self.config = IngestionConfig(
            format="jsonl",
            events="events.jsonl",
            columns=COLUMNS,
            source_values={"wish": "wishlist", "bought": "review"},
            **arguments,
        )
        self.directory = directory
        self._uris = [str(directory / n) for n in ("examples", "catalogue", "quarantine", "texts")]
        self.report = run_ingestion(local_pipeline, self.config, str(data), *self._uris)

    def texts(self):
        texts = example_files.read_texts(self._uris[3])
        return sorted((text.user_id, text.source, text.item_id, text.text) for text in texts)

    def pairs(self, split):
        events = example_files.read_events(self._uris[0], split)
        return sorted((event.user_id, event.item_id) for event in events)

    def quarantine(self):
        return list(example_files.read_quarantine(self._uris[2]))

    def bytes_written(self):
        return b"".join(
            gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            for name in ("examples", "catalogue", "quarantine", "texts")
            for path in (self.directory / name).rglob("*")
            if path.is_file()
        )


@pytest.mark.slow
def test_texts_of_both_files_by_hand(tmp_path):
    events = [
        *(row("u", item, at) for item, at in (("a", 10), ("b", 20), ("c", 30))),
        *(row("v", item, at, kind="bought") for item, at in (("a", 10), ("b", 20), ("c", 30))),
        *(row("w", item, at) for item, at in (("a", 10), ("rare", 20))),  # not in the 2-core
        row("u", "a", 5, "so warm", "wish"),  # no interaction: (u, a) is no duplicate
        row("u", None, 19, "a lined coat", "query"),
        row("u", "zzz", 20, "too late", "Note"),  # b is validation from 20 on
        row("u", "", None, "some day", "wish"),
        row("w", "", 99, "below the core", "note"),
        row("v", "", 7, "", "query"),
        row("u", None, 5, "a review needs an item", "review"),
        row("u", "a", 5, "who knows", "telegram"),
    ]
    texts = [("v", 19, "linen"), ("v", 30, "wool"), ("new", "", "silk"), ("", 3, "nobody")]
    run = Run(tmp_path, events, texts, k_core=2, deduplicate=True)
    report = run.report

    assert report.events.read == 10  # eight interactions, and two rows that are none of anything
    assert report.events.filtered == {"below_k_core": 2}
    assert report.events.quarantined == {"missing_item_id": 1, "unknown_source": 1}
    assert run.pairs("train") == [("u", "a"), ("v", "a")]
    assert report.splits == {"train": 2, "validation": 2, "test": 2}
    assert (report.users, report.items) == (2, 3)

    assert report.texts.read == 10
    assert report.texts.filtered == {"after_held_out": 2, "no_text": 1, "without_time": 1}
    assert report.texts.quarantined == {"missing_user_id": 1}
    assert run.texts() == [
        ("new", "query", "", "silk"),
        ("u", "query", "", "a lined coat"),
        ("u", "wishlist", "a", "so warm"),
        ("v", "query", "", "linen"),
        ("w", "note", "", "below the core"),
    ]
    assert (report.users_with_texts, report.text_only_users) == (4, 2)
    assert report.text_only_users_below_k_core == 1
    report.balance_check()
    assert "texts: 10 rows read = 5 kept + 2 after_held_out" in report.summary()
    assert {item.item_id for item in example_files.read_catalogue(run._uris[1])} == {"a", "b", "c"}


@pytest.mark.slow
def test_given_test_split(tmp_path):
    train = [row("u", f"i{n}") for n in range(5)] + [row("u", "both"), row("v", "i0")]
    run = Run(tmp_path, train, test_events=[row("u", "both"), row("v", "i9"), row("new", "i1")])
    assert run.pairs("test") == [("new", "i1"), ("u", "both"), ("v", "i9")]
    assert (len(run.pairs("validation")), len(run.pairs("train"))) == (1, 5)
    assert (run.report.split_strategy, run.report.requested_strategy) == ("given", "auto")
    assert run.report.events.filtered == {"duplicate": 1}  # the copy in train is left out
    assert run.texts() == []  # the artifact is there, and empty


CANARIES = ("jane.roe@example.com", "+44 20 7946 0958", "Jane Roe")


def test_personal_data_and_user_ids_reach_no_artifact(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("LMMREC_USER_ID_KEY", KEY)
    caplog.set_level("INFO")
    mail, phone, name = CANARIES
    secret = "customer-4711"
    events = [
        row(secret, "a", 1, f"Lovely. Write to {mail}"),
        row(secret, "b", 2, f"Call {phone}\nKind regards,\n{name}"),
        row(secret, "c", f"call {phone}", f"{secret} again, {mail}.\nKind regards,\n{name}"),
        row(None, "a", 1, f"mine is {mail}"),
        row(secret, "a", 1, "x").replace(b'"x"', f'"{secret} {mail}'.encode()),  # no JSON
    ]
    run = Run(tmp_path, events, [(secret, 0, f"reply to {mail}")], privacy={"hash_user_ids": True})
    written = run.bytes_written()
    for canary in (*CANARIES, secret):
        assert canary.encode() not in written
        assert canary not in caplog.text
    hashed = UserIdHasher(KEY.encode()).hash(secret)
    assert hashed.encode() in written
    assert run.texts() == [(hashed, "query", "", "reply to [EMAIL]")]
    assert run.report.user_ids_hashed
    assert run.report.masked["email"] >= 3
    assert {"phone", "name"} <= set(run.report.masked)
    assert "personal data masked:" in run.report.summary()

    by_reason = {row_.reason: row_ for row_ in run.quarantine()}
    kept = json.loads(by_reason["invalid_timestamp"].raw)
    assert kept["user"] == hashed
    assert kept["text"].startswith(f"{hashed} again, [EMAIL]")
    for reason in ("missing_user_id", "invalid_json"):
        assert by_reason[reason].raw.startswith(b"[WITHHELD] ")
        assert "withheld" in by_reason[reason].detail
        assert by_reason[reason].location.startswith("events.jsonl:line")


def test_hashing_without_a_key_is_refused_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.delenv("LMMREC_USER_ID_KEY", raising=False)
    with pytest.raises(IngestionError, match="LMMREC_USER_ID_KEY"):
        Run(tmp_path, [row("u", "a")], privacy={"hash_user_ids": True})


INTERACTIONS = [("a", 1), ("b", 5), ("c", 9)]
HELD_OUT = {"a": columns.TRAIN, "b": columns.VALIDATION, "c": columns.TEST}


@pytest.mark.parametrize(
    ("interactions", "splits", "strategy", "end"),
    [
        (INTERACTIONS, HELD_OUT, SplitStrategy.LEAVE_LAST_OUT, 5),
        (INTERACTIONS, HELD_OUT, SplitStrategy.GLOBAL_TIME, 7),
        (INTERACTIONS, HELD_OUT, SplitStrategy.GIVEN, 9),
        (INTERACTIONS, HELD_OUT, SplitStrategy.RANDOM, None),
        ([("a", 1)], {"a": columns.TRAIN}, SplitStrategy.LEAVE_LAST_OUT, None),
        ([], {}, SplitStrategy.LEAVE_LAST_OUT, None),
        ([], {}, SplitStrategy.GLOBAL_TIME, 7),
        ([("c", None)], {"c": columns.TEST}, SplitStrategy.GIVEN, None),
    ],
)
def test_texts_end(interactions, splits, strategy, end):
    cuts = splitting.TimeCuts(7, 8) if strategy is SplitStrategy.GLOBAL_TIME else None
    assert splitting.texts_end(interactions, splits, strategy, cuts) == end


def test_no_text_is_safe_where_the_time_of_what_is_held_out_is_missing():
    interactions = [("a", None), ("b", None), ("c", 9)]
    end = splitting.texts_end(interactions, HELD_OUT, SplitStrategy.LEAVE_LAST_OUT)
    assert end is not None
    assert end < -(10**15)


def test_given_split_of_a_user_with_nothing_else():
    splits = splitting.split_user(
        "u", [("a", None)], SplitStrategy.GIVEN, SplitConfig(), given_test={"a"}
    )
    assert splits == {"a": columns.TEST}


def test_validation_out_of_what_is_given_leaves_train_whole():
    """Half of four; of one item there is nothing to draw from."""
    config = SplitConfig(validation_source="test", validation_fraction=0.5)
    items = [(item, time) for time, item in enumerate("abcdef")]
    splits = splitting.split_user("u", items, SplitStrategy.GIVEN, config, given_test=set("cdef"))
    assert {item for item, split in splits.items() if split == columns.TRAIN} == {"a", "b"}
    assert sorted(splits[item] for item in "cdef") == ["test", "test", "validation", "validation"]
    one = splitting.split_user("u", items, SplitStrategy.GIVEN, config, given_test={"f"})
    assert one == {**dict.fromkeys("abcde", columns.TRAIN), "f": columns.TEST}
    end = splitting.texts_end(items, splits, SplitStrategy.GIVEN, None, config.validation_source)
    assert end == 2  # the first of what is given, whichever split it went to


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"texts": "q.csv"}, "`texts` and `text_columns` together"),
        ({"texts": "q.csv", "text_columns": {"user_id": "u", "text": "q"}}, "default_source"),
        ({"texts": "q", "text_columns": {"user_id": "u", "default_source": "note"}}, "neither"),
        ({"split": {"strategy": "given"}}, "expected `test_events`"),
        (
            {"test_events": "t.json", "split": {"strategy": "global_time"}},
            "received 'global_time'",
        ),
        ({"source_values": {"x": "letter"}}, "source_values"),
    ],
)
def test_config_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        IngestionConfig(format="steam", events="reviews.parquet", **changes)
