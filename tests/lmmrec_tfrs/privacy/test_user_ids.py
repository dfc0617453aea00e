"""Hashing of user ids: vectors worked out elsewhere, and a key that never leaks."""

import pickle

import pytest

from lmmrec_tfrs.privacy.user_ids import UserIdHasher

VARIABLE = "LMMREC_TEST_USER_ID_KEY"
KEY = "0123456789abcdef0123456789abcdef"


# printf '%s' "$id" | openssl dgst -sha256 -hmac "$KEY", the first 32 characters.
@pytest.mark.parametrize(
    ("user_id", "expected"),
    [
        ("user-1", "813a2f79241b5fddb4dd0b6cdab3ce80"),
        ("A1B2C3", "51e02e7274de9df8888fa6e320fd1df6"),
        ("José", "cd50f45ed0d8c4818b073d3f8586b38c"),
        ("", "796cd3078af14636753d26b3b5555422"),
    ],
)
def test_hashes_are_those_of_openssl(user_id: str, expected: str) -> None:
    assert UserIdHasher(KEY.encode()).hash(user_id) == expected


def test_another_key_gives_other_hashes() -> None:
    assert UserIdHasher(b"k" * 32).hash("user-1") != UserIdHasher(KEY.encode()).hash("user-1")


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    expected = UserIdHasher(KEY.encode()).hash("user-1")
    assert UserIdHasher.from_environment(VARIABLE).hash("user-1") == expected


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_key_is_told(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)
    with pytest.raises(ValueError, match=f"{VARIABLE}.*not set or empty.*openssl rand"):
        UserIdHasher.from_environment(VARIABLE)


def test_a_short_key_is_refused_without_showing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "tooshortsecret")
    with pytest.raises(ValueError, match="at least 32 bytes, received 14") as error:
        UserIdHasher.from_environment(VARIABLE)
    assert "tooshortsecret" not in str(error.value)


def test_the_key_is_in_no_representation_and_no_pickle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    hasher = UserIdHasher.from_environment(VARIABLE)
    pickled = pickle.dumps(hasher)
    assert KEY not in repr(hasher)
    assert KEY.encode() not in pickled
    assert pickle.loads(pickled).hash("user-1") == hasher.hash("user-1")


def test_a_hasher_of_bytes_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="from_environment"):
        pickle.dumps(UserIdHasher(KEY.encode()))
