"""Keyed hashing of user ids, so that artifacts do not hold the shop's own ids."""

import hashlib
import hmac
import os

MIN_KEY_BYTES = 32
_HASH_CHARACTERS = 32


class UserIdHasher:
    """Replaces user ids by their HMAC-SHA256 (RFC 2104), cut to 128 bits.

    The same key and id always give the same hash, so histories stay joined; without the key
    nobody can test whether a known id is among the hashes.

    >>> UserIdHasher(b"an example key of 32 bytes or more").hash("user-1")
    '...'
    """

    def __init__(self, key: bytes) -> None:
        """Makes a hasher of a key.

        Args:
            key: at least 32 random bytes.

        Raises:
            ValueError: where the key is shorter.
        """
        if len(key) < MIN_KEY_BYTES:
            raise ValueError(
                f"the key of user ids: expected at least {MIN_KEY_BYTES} bytes, received "
                f"{len(key)}. Make one with `openssl rand -hex 32`."
            )
        self._key = key
        self._variable: str | None = None

    @classmethod
    def from_environment(cls, variable: str) -> "UserIdHasher":
        """Makes a hasher of the key that an environment variable holds.

        Args:
            variable: the variable's name; its value, as UTF-8, is the key.

        Raises:
            ValueError: where the variable is not set, or its key too short.
        """
        value = os.environ.get(variable)
        if not value:
            raise ValueError(
                f"hashing user ids: expected a key in the environment variable {variable}, "
                "which is not set or empty. Set it on every machine that reads reviews, for "
                f'example with `export {variable}="$(openssl rand -hex 32)"`, and keep the key: '
                "other keys give other hashes."
            )
        try:
            hasher = cls(value.encode())
        except ValueError as error:
            raise ValueError(f"environment variable {variable}: {error}") from None
        hasher._variable = variable
        return hasher

    def hash(self, user_id: str) -> str:
        """The keyed hash of an id.

        Args:
            user_id: the shop's id of a user.

        Returns:
            32 hexadecimal characters.
        """
        digest = hmac.new(self._key, user_id.encode(), hashlib.sha256)
        return digest.hexdigest()[:_HASH_CHARACTERS]

    def __repr__(self) -> str:
        """Names where the key is from, never the key."""
        return f"UserIdHasher(key from {self._variable or 'bytes'})"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Pickles the name of the variable: a pickled pipeline must not carry the key."""
        if self._variable is None:
            raise TypeError(
                "a UserIdHasher made of bytes cannot be pickled, as the pickle would hold the "
                "key. Make it with UserIdHasher.from_environment(variable)."
            )
        return UserIdHasher.from_environment, (self._variable,)
