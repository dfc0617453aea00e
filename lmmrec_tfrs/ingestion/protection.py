"""Takes personal data out of what was parsed, and of what could not be, before it is written."""

import csv
import dataclasses
import hashlib
import io
import json
import re
from collections import Counter
from typing import Any

from lmmrec_tfrs.data.records import Event, Item, QuarantinedRow
from lmmrec_tfrs.ingestion import values
from lmmrec_tfrs.ingestion.errors import RowError
from lmmrec_tfrs.ingestion.reasons import QuarantineReason
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.privacy.config import PrivacyConfig
from lmmrec_tfrs.privacy.masking import Masker
from lmmrec_tfrs.privacy.user_ids import UserIdHasher

WITHHELD = b"[WITHHELD] "


class Protector:
    """Masks texts, hashes user ids, and counts what was masked.

    Args:
        config: what to mask, and whether to hash.
        user_id_columns: the columns that may hold the user's id in a raw row.

    Raises:
        ValueError: ids are to be hashed and there is no key.
    """

    def __init__(self, config: PrivacyConfig, user_id_columns: tuple[str, ...] = ()):
        self._masker = Masker(config)
        self._mask_catalogue = config.mask_catalogue
        self._hasher = (
            UserIdHasher.from_environment(config.key_environment_variable)
            if config.hash_user_ids
            else None
        )
        self._user_id_columns = user_id_columns
        self._counts: Counter[str] = Counter()

    def take_counts(self) -> Counter[str]:
        """What was masked since the last call, by kind."""
        counts, self._counts = self._counts, Counter()
        return counts

    def _mask(self, text: str) -> str:
        masked = self._masker.mask(text)
        self._counts.update(masked.counts)
        return masked.text

    def event(self, event: Event) -> Event:
        """The event with its text masked and its user's id hashed.

        Raises:
            RowError: the id is no text that could be hashed.
        """
        try:
            user_id = self._hasher.hash(event.user_id) if self._hasher else event.user_id
        except UnicodeEncodeError as error:  # JSON can escape half of a surrogate pair
            raise RowError(QuarantineReason.INVALID_ENCODING, str(error)) from error
        return dataclasses.replace(event, user_id=user_id, text=self._mask(event.text))

    def item(self, item: Item) -> Item:
        """The item; its texts are the shop's own and masked only where that is asked for."""
        if not self._mask_catalogue:
            return item
        return dataclasses.replace(
            item, title=self._mask(item.title), description=self._mask(item.description)
        )

    def quarantined(
        self,
        row: QuarantinedRow,
        decoded: dict[str, Any] | None,
        container: Container,
        delimiter: str,
    ) -> QuarantinedRow:
        """The row with its raw bytes masked.

        A row whose values are known is masked value by value, for a signature ends where its
        field does; it is written anew only where something was found. Of others the bytes are
        masked, and those that are no UTF-8 stay. Where user ids are hashed, a row whose user
        is not known is withheld: only a keyed digest stays, by which two can be compared.

        Args:
            row: the row.
            decoded: its values, where it could be decoded that far.
            container: the kind of file it is from.
            delimiter: of CSV.
        """
        known: dict[str, str] = {}
        if self._hasher is not None:
            known = self._hashed_ids(decoded)
            if not known:
                digest = self._hasher.hash(hashlib.sha256(row.raw).hexdigest())
                return dataclasses.replace(
                    row,
                    raw=WITHHELD + digest.encode(),
                    detail="the row is withheld: its user's id is not known, so not hashed",
                )
        detail = _replace_ids(self._mask(row.detail), known)
        if decoded is None:
            text = self._mask(row.raw.decode("utf-8", "surrogateescape"))
            raw = text.encode("utf-8", "surrogateescape")
        else:
            protected = self._value(decoded, known)
            raw = row.raw if protected == decoded else _encode(protected, container, delimiter)
        return dataclasses.replace(row, raw=raw, detail=detail)

    def _hashed_ids(self, decoded: dict[str, Any] | None) -> dict[str, str]:
        """The user ids of a row, and their hashes; none where there is none to be read."""
        found = {}
        for name in self._user_id_columns if decoded and self._hasher else ():
            try:
                user_id = values.user_identifier(decoded or {}, name)
                found[user_id] = self._hasher.hash(user_id) if self._hasher else user_id
            except (RowError, UnicodeEncodeError):
                continue  # this column holds no id; another may
        return found

    def _value(self, value: Any, known: dict[str, str]) -> Any:
        """A value with what is text in it masked, however deep."""
        if isinstance(value, dict):
            return {key: self._value(inner, known) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._value(inner, known) for inner in value]
        if isinstance(value, str):
            # Ids first: one that is an e-mail address is worth more as a hash than masked.
            return self._mask(_replace_ids(value, known))
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return known.get(f"{value:.0f}", value)


def _replace_ids(text: str, known: dict[str, str]) -> str:
    for user_id, hashed in known.items():
        text = re.sub(rf"(?<!\w){re.escape(user_id)}(?!\w)", hashed, text)
    return text


def _encode(row: dict[str, Any], container: Container, delimiter: str) -> bytes:
    if container is not Container.CSV:
        return json.dumps(row, default=str).encode()
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(row.values())
    return line.getvalue().encode()
