"""Plants malformed and repeated rows at the end of the reviews, on purpose.

They let a first run show a real quarantine. Each is described by a `Fault`, which the
planted truth keeps with its line number.
"""

import dataclasses
import json
from collections.abc import Sequence

from tfx_pipeline.sample.reviews import Review

QUARANTINED = "quarantined"
FILTERED = "filtered"


@dataclasses.dataclass(frozen=True)
class Fault:
    """A row that a reader must not keep as it is.

    `kind` is the reason code that the ingestion gives (`lmmrec_tfrs.ingestion.reasons`).
    `outcome` is "quarantined", or "filtered" where the row repeats the (user, item) pair
    of the review `repeats`, of which only the later may stay.
    """

    row: bytes
    kind: str
    outcome: str
    repeats: str | None = None


def review_row(review: Review) -> dict[str, object]:
    """A review as the columns of `reviews.jsonl.gz`."""
    row = dataclasses.asdict(review)
    del row["motivations"]
    return row


def encode(row: dict[str, object]) -> bytes:
    """One line of JSON, without the line's end."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def make_faults(reviews: Sequence[Review]) -> list[Fault]:
    """Makes thirteen faulty rows out of copies of reviews (which stay as they are)."""
    step = max(1, len(reviews) // 16)
    source = iter(reviews[step::step])
    faults: list[Fault] = []

    def add(kind: str, row: bytes, repeats: str | None = None) -> None:
        outcome = FILTERED if repeats else QUARANTINED
        faults.append(Fault(row, kind, outcome, repeats))

    def copy(**changes: object) -> dict[str, object]:
        return {**review_row(next(source)), "review_id": f"F{len(faults) + 1:02d}", **changes}

    add("invalid_json", encode(copy())[:60])
    add("invalid_json", encode(copy()).replace(b'","', b'" "', 1))
    add("invalid_json", b"<html><body>502 Bad Gateway</body></html>")
    row = copy()
    del row["user_id"]
    add("missing_user_id", encode(row))
    add("missing_user_id", encode(copy(user_id=None)))
    add("missing_item_id", encode(copy(item_id="")))
    add("missing_item_id", encode(copy(item_id="   ")))
    add("invalid_encoding", encode(copy(title="TOKEN")).replace(b"TOKEN", b"Parfait \xe9\xe8"))
    add("invalid_rating", encode(copy(rating=float("nan"))))
    add("invalid_rating", encode(copy(rating="NaN")))
    for _ in range(3):  # "submit" was pressed twice
        original = next(source)
        changes = {"review_id": f"F{len(faults) + 1:02d}", "timestamp": original.timestamp + 60}
        row = {**review_row(original), **changes}
        add("duplicate", encode(row), repeats=original.review_id)
    return faults
