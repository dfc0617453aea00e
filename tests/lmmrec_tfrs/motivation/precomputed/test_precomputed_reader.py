"""Files of profiles: streamed, validated line by line, the bad ones named and counted."""

import gzip
import json
import pickle

import pytest

from lmmrec_tfrs.motivation.precomputed.reader import (
    PrecomputedError,
    PrecomputedProfile,
    QuarantinedProfile,
    parse_line,
    read_profiles,
)
from lmmrec_tfrs.motivation.precomputed.schema import json_schema, published_json_schema
from lmmrec_tfrs.motivation.profile import MotivationProfile, StatedMotivation
from tests.real_data import require_data

GOOD = {"user_id": "u1", "motivations": [{"motivation": "a gift", "evidence": ["for mum"]}]}


def _write(path, rows):
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    text = "".join(f"{line}\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return str(path)


def test_the_published_schema_is_that_of_the_code():
    assert published_json_schema() == json_schema(), (
        "write lmmrec_tfrs/motivation/precomputed/schema.json again from json_schema()"
    )


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_structured_and_textual_profiles_are_read(tmp_path, suffix):
    textual = {"user_id": 7, "profile": "[Like]\n- Dry wit\n\n[Dislike]\n- Gore\n- None"}
    path = _write(tmp_path / f"users{suffix}", [GOOD, "", textual])

    first, second = read_profiles(path, "user")

    assert first == PrecomputedProfile(
        "user",
        "u1",
        "",
        MotivationProfile(
            motivations=(StatedMotivation(motivation="a gift", evidence=("for mum",)),)
        ),
        "a gift.",
        location=f"{path}:1",
    )
    assert (second.user_id, second.text, second.num_dropped) == ("7", "Dry wit.", 1)
    assert second.profile.avoided == ("Gore",)
    assert second.location == f"{path}:3"


def test_several_files_are_read_in_the_order_of_their_names(tmp_path):
    _write(tmp_path / "b.jsonl", [{**GOOD, "user_id": "second"}])
    _write(tmp_path / "a.jsonl", [{**GOOD, "user_id": "first"}])

    read = read_profiles(str(tmp_path / "*.jsonl"), "user")

    assert [profile.user_id for profile in read] == ["first", "second"]


@pytest.mark.parametrize(
    ("line", "kind", "reason"),
    [
        ("{", "user", "Invalid JSON"),
        ("[1]", "user", "an object"),
        ("{}", "user", "received neither"),
        ('{"user_id": "u", "attributes": ["a"], "profile": "[Like]"}', "user", "received both"),
        ('{"user_id": "u", "motivation": []}', "user", "did you mean 'motivations'"),
        ('{"item_id": "i", "attributes": ["a"]}', "user", "received no user_id"),
        ('{"user_id": "u", "attributes": ["a"]}', "review", "received no item_id"),
        ('{"user_id": "u", "kind": "user", "attributes": ["a"]}', "item", "received 'user'"),
        ('{"user_id": "u", "motivations": [{"motivation": "a", "weight": 2}]}', "user", "weight"),
        ('{"user_id": "u", "profile": "I cannot answer."}', "user", "found none"),
        ('{"user_id": "u", "profile": "[Like]\\n- None"}', "user", "found none"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(line, kind, reason):
    read = parse_line(line.encode(), kind, "users.jsonl:9")

    assert isinstance(read, QuarantinedProfile)
    assert read.location == "users.jsonl:9"
    assert reason in read.reason


def test_bytes_that_are_no_text_are_quarantined():
    assert isinstance(parse_line(b'{"user_id": "\xff"}', "user", "f:1"), QuarantinedProfile)


def test_a_few_bad_lines_pass_and_many_are_an_error(tmp_path):
    path = _write(tmp_path / "users.jsonl", [*[GOOD] * 19, "{"])
    read = list(read_profiles(path, "user"))
    assert sum(isinstance(r, QuarantinedProfile) for r in read) == 1

    with pytest.raises(PrecomputedError, match=r"1 of 20 lines are bad, more than 2%.*:20"):
        list(read_profiles(path, "user", max_bad_share=0.02))


def test_missing_empty_and_damaged_files_are_explained(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"user profiles at .*none"):
        list(read_profiles(str(tmp_path / "none*.jsonl"), "user"))
    with pytest.raises(PrecomputedError, match="only empty files"):
        list(read_profiles(_write(tmp_path / "empty.jsonl", []), "user"))
    whole = gzip.compress(json.dumps(GOOD).encode() * 50)
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[:-12])
    with pytest.raises(PrecomputedError, match="damaged"):
        list(read_profiles(str(tmp_path / "cut.jsonl.gz"), "user"))


def test_profiles_and_quarantined_ones_pickle(tmp_path):
    for line in (json.dumps(GOOD), "{"):
        read = parse_line(line.encode(), "user", "f:1")
        assert pickle.loads(pickle.dumps(read)) == read


@pytest.mark.parametrize(
    ("file", "kind", "num_profiles", "num_sought", "num_avoided", "num_dropped"),
    [
        ("users.jsonl.gz", "user", 791, 4011, 2711, 286),
        ("items.jsonl.gz", "item", 1155, 5785, 5643, 56),
    ],
)
def test_the_imdb_profiles_are_read_as_they_stand(
    file, kind, num_profiles, num_sought, num_avoided, num_dropped
):
    read = list(read_profiles(str(require_data("imdb_profiles", file)), kind))

    assert all(isinstance(profile, PrecomputedProfile) for profile in read)
    assert len(read) == num_profiles
    assert sum(len(p.profile.sought) for p in read) == num_sought
    assert sum(len(p.profile.avoided) for p in read) == num_avoided
    assert sum(p.num_dropped for p in read) == num_dropped
    assert all(p.text and (p.user_id or p.item_id) for p in read)
