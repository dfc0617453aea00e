"""Reads single values out of raw rows, whatever type the file gave them.

Every function is total: any value either gives a result or raises `RowError`.
"""

import datetime
import math
import re
from collections.abc import Mapping
from typing import Any

from lmmrec_tfrs.data import columns
from lmmrec_tfrs.ingestion.errors import RowError
from lmmrec_tfrs.ingestion.reasons import QuarantineReason

Row = Mapping[str, Any]

_MAX_FLOAT32 = 3.4e38
# Beyond these, a number of seconds would lie after the year 5000: it is a finer unit.
_MILLISECONDS_FROM = 1e11
_MICROSECONDS_FROM = 1e14
_NANOSECONDS_FROM = 1e17
_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z
_PRICE = re.compile(r"\$\s*(\d[\d,]*(?:\.\d+)?|\.\d+)")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")
_FREE = re.compile(r"\bfree\b", re.IGNORECASE)
_LONGEST_PRICE = 64  # longer "prices" are style sheets that a crawler took along
_DEEPEST_NESTING = 4


def is_missing(value: Any) -> bool:
    """Whether a value is absent: None, blank text, or a float NaN.

    >>> is_missing("  "), is_missing(0)
    (True, False)
    """
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, float) and math.isnan(value)


def first_present(row: Row, *names: str) -> Any:
    """The first value that is there under one of several names, else None."""
    for name in names:
        value = row.get(name)
        if not is_missing(value):
            return value
    return None


def shorten(value: Any, limit: int = 80) -> str:
    """A value as it appears in an error message."""
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}…"


def user_identifier(row: Row, *names: str) -> str:
    """The user's id, from the first of `names` that has one."""
    return _identifier(row, names, QuarantineReason.MISSING_USER_ID)


def item_identifier(row: Row, *names: str) -> str:
    """The item's id, from the first of `names` that has one."""
    return _identifier(row, names, QuarantineReason.MISSING_ITEM_ID)


def optional_item_identifier(row: Row, *names: str) -> str:
    """The item's id, or an empty string where there is none.

    >>> optional_item_identifier({"article": None}, "article")
    ''
    """
    return "" if first_present(row, *names) is None else item_identifier(row, *names)


def event_source(value: Any, meanings: Mapping[str, str], default: str | None) -> str:
    """The source of an event.

    Args:
        value: what the file says.
        meanings: what the file's own names mean.
        default: what a missing value means; None where it means nothing.

    >>> event_source("wish", {"wish": "wishlist"}, None), event_source(None, {}, "query")
    ('wishlist', 'query')

    Raises:
        RowError: it is no source.
    """
    named = text(value)
    source = meanings.get(named, named.lower()) if named else default
    if source not in columns.EVENT_SOURCES:
        raise RowError(
            QuarantineReason.UNKNOWN_SOURCE,
            f"expected {', '.join(columns.EVENT_SOURCES)} or what source_values names, found "
            f"{shorten(value)}",
        )
    return source


def _identifier(row: Row, names: tuple[str, ...], reason: QuarantineReason) -> str:
    value = first_present(row, *names)
    if isinstance(value, bool):
        value = None
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # an integer column with gaps, as pandas writes it
    if isinstance(value, int):
        value = str(value)
    if not isinstance(value, str):
        found = shorten(first_present(row, *names))
        raise RowError(reason, f"expected an id in '{' or '.join(names)}', found {found}")
    return value.strip()


def rating(value: Any) -> float | None:
    """A rating; None where it is absent. Booleans become 1.0 and 0.0.

    Raises:
        RowError: it is not a finite number.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise RowError(
            QuarantineReason.INVALID_RATING, f"expected a number, found {shorten(value)}"
        ) from error
    if not math.isfinite(number) or abs(number) > _MAX_FLOAT32:
        raise RowError(
            QuarantineReason.INVALID_RATING, f"expected a finite number, found {shorten(value)}"
        )
    return number


def timestamp(value: Any) -> int | None:
    """Seconds since 1970 (UTC); None where it is absent.

    Numbers may count seconds, milliseconds, microseconds or nanoseconds (told apart by their
    size); text is a number or ISO 8601; times without a zone are UTC.

    >>> timestamp(1529193600), timestamp("1529193600000"), timestamp("2018-06-17")
    (1529193600, 1529193600, 1529193600)

    Raises:
        RowError: it is there and is no time.
    """
    if is_missing(value):
        return None
    if isinstance(value, str):
        value = _number_or_time(value.strip())
    if isinstance(value, datetime.datetime):
        return _seconds(value)
    if isinstance(value, datetime.date):
        return _seconds(datetime.datetime(value.year, value.month, value.day))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _invalid_timestamp(value)
    if not -_LAST_SECOND * 10**9 <= value <= _LAST_SECOND * 10**9:  # also refuses infinity
        raise _invalid_timestamp(value)
    size = abs(value)
    if size >= _NANOSECONDS_FROM:
        value = value // 1_000_000_000
    elif size >= _MICROSECONDS_FROM:
        value = value // 1_000_000
    elif size >= _MILLISECONDS_FROM:
        value = value // 1000
    return int(value // 1)


def _number_or_time(text: str) -> Any:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    try:
        return datetime.datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))
    except ValueError as error:
        raise _invalid_timestamp(text) from error


def named_month_date(text: str, date_format: str) -> int:
    """The UTC midnight of a date such as 'April 20, 2016', in seconds since 1970.

    >>> named_month_date("April 20, 2016", "%B %d, %Y")
    1461110400

    Raises:
        RowError: the text is no such date.
    """
    try:
        return _seconds(datetime.datetime.strptime(text.strip(), date_format))
    except ValueError as error:
        raise _invalid_timestamp(text) from error


def _seconds(moment: datetime.datetime) -> int:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    try:
        return int(moment.timestamp() // 1)
    except (OverflowError, ValueError) as error:
        raise _invalid_timestamp(moment) from error


def _invalid_timestamp(value: Any) -> RowError:
    return RowError(QuarantineReason.INVALID_TIMESTAMP, f"expected a time, found {shorten(value)}")


def text(value: Any) -> str:
    """Text of a value: lists are joined by spaces; what is no text becomes empty.

    >>> text(["Warm.", None, "Soft."])
    'Warm. Soft.'
    """
    return " ".join(_strings(value))


def categories(value: Any, separator: str | None = None) -> tuple[str, ...]:
    """Categories out of a (nested) list or separated text; each once, in order.

    >>> categories([["Music", "Strings"], ["Music", "Picks"]])
    ('Music', 'Strings', 'Picks')
    >>> categories("Coffee & Tea, Bakeries", ",")
    ('Coffee & Tea', 'Bakeries')
    """
    names = _strings(value)
    if separator is not None:
        names = [part.strip() for name in names for part in name.split(separator)]
    return tuple(dict.fromkeys(name for name in names if name))


def _strings(value: Any, depth: int = 0) -> list[str]:
    if isinstance(value, list | tuple):
        if depth >= _DEEPEST_NESTING:
            return []
        return [string for part in value for string in _strings(part, depth + 1)]
    if is_missing(value) or isinstance(value, bool | dict | bytes):
        return []
    return [str(value).strip()]


def price(value: Any) -> float | None:
    """A price; None where there is none. Of a range, the lower end.

    >>> price("$12.99"), price("Free To Play"), price("$1,004.99 - $2,000"), price("n/a")
    (12.99, 0.0, 1004.99, None)
    """
    if is_missing(value) or isinstance(value, bool):
        return None
    number = math.nan
    if isinstance(value, int | float):
        number = float(value) if abs(value) < _MAX_FLOAT32 else math.nan
    elif isinstance(value, str) and len(value) <= _LONGEST_PRICE:
        match = _PRICE.search(value) or _NUMBER.fullmatch(value.strip())
        if match:
            number = float(match.group(match.lastindex or 0).replace(",", ""))
        elif _FREE.search(value):
            number = 0.0
    return number if math.isfinite(number) and number >= 0 else None
