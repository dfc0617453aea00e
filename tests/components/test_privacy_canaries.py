"""Personal data that goes in with reviews comes out nowhere: not in artifacts, caches or logs."""

import gzip
import json
import logging
import zlib
from pathlib import Path

import pytest

from lmmrec_tfrs.ingestion.beam import run_ingestion
from lmmrec_tfrs.ingestion.config import IngestionConfig
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.extraction.pipeline import run_extraction
from lmmrec_tfrs.privacy.config import PrivacyConfig
from tests.lmmrec_tfrs.motivation.fakes import SMALL_TAXONOMY, FakeModels
from tests.local_beam import local_pipeline

KEY_VARIABLE = "LMMREC_CANARY_TEST_KEY"
KEY = "a-key-for-this-test-alone-of-32-bytes-or-more"
# One of every kind, each in a review; the pieces are looked for in all that is written.
CANARIES = {
    "zoltan.quickfinger@example.com": "Warm coat, write to zoltan.quickfinger@example.com.",
    "212-555-0147": "A gift for the wedding, call 212-555-0147 after six.",
    "4111 1111 1111 1111": "Warm in the snow, but my card 4111 1111 1111 1111 was charged twice.",
    "3704 0044 0532": "A birthday gift. Refund to DE89 3704 0044 0532 0130 00, please.",
    "47 Quagmire Lane": "Sent to 47 Quagmire Lane, Leeds LS6 2AB, in the cold of winter.",
    "@zoltanfinger77": "A wedding guest must have it. More by @zoltanfinger77 tomorrow.",
    "zoltanblog.example": "Warm as on https://zoltanblog.example/coats in the snow.",
    "Quickfinger": "Warm and a fine gift. Best regards, Zoltan Quickfinger",
}
QUARANTINED = {
    "broken.row@example.com": b'{"user": "u1", "item": "coat", "text": "broken.row@example.com',
    "bad.rating@example.com": json.dumps(
        {"user": "u1", "item": "coat", "stars": "ask bad.rating@example.com", "text": "ok"}
    ).encode(),
    "no.item@example.com": json.dumps(
        {"user": "u1", "item": "", "stars": 5, "text": "no.item@example.com"}
    ).encode(),
    "646-555-0190": b"\xff\xfe 646-555-0190 \x00",
}
CATALOGUE = {
    "maker.jane@example.com": {"item": "coat", "title": "Down coat maker.jane@example.com"},
    "sewn-by-jane.example": {
        "item": "ring",
        "title": "Gold ring",
        "text": "Warm: http://sewn-by-jane.example/me and a gift",
    },
}
USERS = [f"shopper-{number}-private-id" for number in range(4)]


def _write_data(data: Path) -> None:
    data.mkdir()
    rows = [
        {"user": user, "item": item, "at": 100 + 10 * number + place, "stars": 5, "text": text}
        for number, text in enumerate(CANARIES.values())
        for place, (user, item) in enumerate(
            zip(USERS, ("coat", "ring", "bag", "boots"), strict=True)
        )
        if (number + place) % 2 == 0
    ]
    # Every user also has a review of another item each time, so that nothing is de-duplicated.
    for number, row in enumerate(rows):
        row["item"] = f"{row['item']}-{number % 8}"
    lines = [json.dumps(row).encode() for row in rows]
    (data / "events.jsonl").write_bytes(b"\n".join([*lines, *QUARANTINED.values()]))
    (data / "items.jsonl").write_bytes(
        b"\n".join(json.dumps(item).encode() for item in CATALOGUE.values())
    )


def _inflate(raw: bytes) -> bytes:
    """The bytes as they are, and unpacked where they are packed."""
    if raw[:2] == b"\x1f\x8b":
        return gzip.decompress(raw)
    try:
        return raw + zlib.decompress(raw)
    except zlib.error:
        return raw


def _everything_under(*folders: Path) -> dict[str, bytes]:
    return {
        str(path): str(path).encode() + _inflate(path.read_bytes())
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_no_canary_survives_ingestion_and_extraction(tmp_path, monkeypatch, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    _write_data(tmp_path / "data")
    output, cache = tmp_path / "output", tmp_path / "cache"
    folders = {name: output / name for name in ("examples", "catalogue", "quarantine", "texts")}
    config = IngestionConfig(
        format="jsonl",
        events="events.jsonl",
        columns={
            "user_id": "user", "item_id": "item", "timestamp": "at", "rating": "stars",
            "text": "text",
        },
        catalogue="items.jsonl",
        catalogue_columns={"item_id": "item", "title": "title", "description": "text"},
        privacy=PrivacyConfig(
            mask_catalogue=True, hash_user_ids=True, key_environment_variable=KEY_VARIABLE
        ),
    )  # fmt: skip
    report = run_ingestion(
        local_pipeline, config, str(tmp_path / "data"), *map(str, folders.values())
    )
    extraction = ExtractionConfig(
        cache_directory=str(cache), min_language_model_words=1, evidence_per_owner=3
    )
    run_extraction(
        local_pipeline, str(folders["examples"]), str(folders["catalogue"]),
        str(output / "motivations"), extraction, SMALL_TAXONOMY, FakeModels(),
    )  # fmt: skip

    assert sum(report.events.quarantined.values()) == len(QUARANTINED)
    assert set(report.masked) == {
        "address", "card", "email", "handle", "iban", "name", "phone", "url",
    }  # fmt: skip
    written = _everything_under(output, cache)
    assert any(b"Warm" in content for content in written.values())  # the search itself works
    assert any(str(cache) in name for name in written)
    written["the log"] = caplog.text.encode()
    written["the console"] = "".join(capfd.readouterr()).encode()
    secrets = [*CANARIES, *QUARANTINED, *CATALOGUE, *USERS, KEY]
    leaks = [
        (secret, name)
        for name, content in written.items()
        for secret in secrets
        if secret.encode() in content
    ]
    assert leaks == []
