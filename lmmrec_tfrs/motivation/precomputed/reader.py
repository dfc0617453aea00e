"""Reading files of profiles: JSON lines, gzipped or not, from any file system of TensorFlow."""

import dataclasses
import gzip
from collections.abc import Iterator

import tensorflow as tf
from pydantic import ValidationError

from lmmrec_tfrs.errors import ReadableError
from lmmrec_tfrs.motivation.precomputed.like_dislike import parse_like_dislike
from lmmrec_tfrs.motivation.precomputed.schema import ProfileKind, ProfileRecord
from lmmrec_tfrs.motivation.profile import SEEKS, MotivationProfile

# The share of bad lines is looked at after so many, and at the end.
_CHECK_EVERY = 1000
_GZIP = b"\x1f\x8b"


class PrecomputedError(ReadableError, ValueError):
    """The files of profiles cannot be used; the message says why and what to do."""


@dataclasses.dataclass(frozen=True)
class PrecomputedProfile:
    """A profile that was read from a file.

    Attributes:
        kind: of a review, a user or an item.
        user_id: "" for an item.
        item_id: "" for a user.
        profile: the motivations.
        text: what an encoder is to read of it: all but what is avoided, as sentences; "" where
            nothing is sought.
        num_dropped: parts of a textual profile that said nothing, or the same again.
        location: file and line.
    """

    kind: ProfileKind
    user_id: str
    item_id: str
    profile: MotivationProfile
    text: str
    num_dropped: int = 0
    location: str = ""


@dataclasses.dataclass(frozen=True)
class QuarantinedProfile:
    """A line that could not be used; not the line itself, which may hold personal data.

    Attributes:
        location: file and line.
        reason: what was expected and what was received.
    """

    location: str
    reason: str


def read_profiles(
    pattern: str, kind: ProfileKind, max_bad_share: float = 0.05
) -> Iterator[PrecomputedProfile | QuarantinedProfile]:
    """Reads the profiles of some files, line by line.

    Args:
        pattern: glob pattern of `.jsonl` or `.jsonl.gz` files, local or remote.
        kind: whose profiles they hold.
        max_bad_share: more bad lines than this share are an error.

    Yields:
        A profile for each good line, a `QuarantinedProfile` for each bad one; blank lines are
        passed over.

    Raises:
        FileNotFoundError: no file matches.
        PrecomputedError: too many lines are bad, or there is no line at all.
    """
    files = sorted(tf.io.gfile.glob(pattern))
    if not files:
        raise FileNotFoundError(f"expected files of {kind} profiles at {pattern}, found none.")
    num_lines = num_bad = 0
    last_bad: QuarantinedProfile | None = None
    for file in files:
        for number, line in _lines(file):
            read = parse_line(line, kind, f"{file}:{number}")
            num_lines += 1
            if isinstance(read, QuarantinedProfile):
                num_bad += 1
                last_bad = read
            yield read
            if num_lines % _CHECK_EVERY == 0:
                _check(pattern, kind, num_lines, num_bad, max_bad_share, last_bad)
    if not num_lines:
        raise PrecomputedError(
            f"{pattern}: expected a {kind} profile on each line, found only empty files. "
            "Write them again, or leave them out."
        )
    _check(pattern, kind, num_lines, num_bad, max_bad_share, last_bad)


def parse_line(
    line: bytes, kind: ProfileKind, location: str
) -> PrecomputedProfile | QuarantinedProfile:
    """Reads one line of JSON.

    Args:
        line: the line, in UTF-8.
        kind: whose profile it holds.
        location: file and line, for messages.
    """
    try:
        record = ProfileRecord.model_validate_json(line)
        user_id, item_id = record.ids(kind)
    except ValidationError as error:
        return QuarantinedProfile(location, _describe(error))
    except ValueError as error:
        return QuarantinedProfile(location, str(error))
    profile, num_dropped = record.structured, 0
    if record.profile is not None:
        parsed = parse_like_dislike(record.profile)
        profile = parsed.profile
        num_dropped = parsed.num_empty + parsed.num_repeated + parsed.num_other
        if not profile.motivations:
            reason = "expected bullets `- ...` under [Like] or [Dislike] in `profile`, found none."
            return QuarantinedProfile(location, reason)
    text = profile_text(profile)
    return PrecomputedProfile(kind, user_id, item_id, profile, text, num_dropped, location)


def profile_text(profile: MotivationProfile) -> str:
    """What an encoder is to read of a profile: all that is not avoided.

    >>> profile_text(MotivationProfile(motivations=[{"motivation": "a gift"}], attributes=["red"]))
    'a gift. red.'
    """
    sought = [m.motivation for m in profile.motivations if m.polarity == SEEKS]
    phrases = [*sought, *profile.preferences, *profile.attributes]
    stripped = [phrase.strip() for phrase in phrases if phrase.strip()]
    return " ".join(p if p[-1] in ".!?…" else f"{p}." for p in stripped)


def _lines(file: str) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that are not blank, with their numbers."""
    with tf.io.gfile.GFile(file, "rb") as start:
        gzipped = start.read(len(_GZIP)) == _GZIP
    with tf.io.gfile.GFile(file, "rb") as raw:
        # GzipFile asks for bytes only; GFile is no complete file object for a type checker.
        stream = gzip.GzipFile(fileobj=raw, mode="rb") if gzipped else raw
        try:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line
        except (EOFError, OSError) as error:
            raise PrecomputedError(
                f"{file}: expected a complete gzip file, found a damaged one ({error}). "
                "Write or copy it again."
            ) from error


def _describe(error: ValidationError) -> str:
    parts = []
    for item in error.errors():
        where = ".".join(map(str, item["loc"]))
        message = item["msg"].removeprefix("Value error, ")
        parts.append(f"{where}: {message}" if where else message)
    return "; ".join(parts)


def _check(
    pattern: str,
    kind: ProfileKind,
    num_lines: int,
    num_bad: int,
    max_bad_share: float,
    last: QuarantinedProfile | None,
) -> None:
    if last is not None and num_bad > max_bad_share * num_lines:
        raise PrecomputedError(
            f"{pattern}: expected {kind} profiles of the published schema, but {num_bad} of "
            f"{num_lines} lines are bad, more than {max_bad_share:.0%}. The last, "
            f"{last.location}: {last.reason} Mend the file, or point to the right one."
        )
