"""Single values: identifiers, ratings, times, prices, categories."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.ingestion import values
from lmmrec_tfrs.ingestion.errors import RowError
from lmmrec_tfrs.ingestion.readers.steam import parse_posted
from lmmrec_tfrs.ingestion.reasons import QuarantineReason

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(" A1 ", "A1"), (250, "250"), (250.0, "250"), ("007", "007")],
)
def test_identifier(value, expected):
    assert values.user_identifier({"id": value}, "id") == expected


@pytest.mark.parametrize("value", [None, "", "  ", True, 1.5, float("nan"), [], {}])
def test_no_identifier(value):
    with pytest.raises(RowError) as raised:
        values.item_identifier({"id": value}, "id")
    assert raised.value.reason is QuarantineReason.MISSING_ITEM_ID


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, None), ("", None), ("4.5", 4.5), (5, 5.0), (True, 1.0), (False, 0.0)],
)
def test_rating(value, expected):
    assert values.rating(value) == expected


@pytest.mark.parametrize("value", ["NaN", float("nan"), "inf", "five", [], 1e39, 10**400])
def test_invalid_rating(value):
    with pytest.raises(RowError) as raised:
        values.rating(value)
    assert raised.value.reason is QuarantineReason.INVALID_RATING


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        (float("nan"), None),
        (0, 0),
        (-86400, -86400),
        (1393545600, 1393545600),
        ("1393545600.9", 1393545600),
        (1393545600123, 1393545600),
        (1393545600123456, 1393545600),
        (1393545600123456789, 1393545600),
        ("2014-02-28T00:00:00Z", 1393545600),
        ("2014-02-28T01:00:00+01:00", 1393545600),
        (datetime.date(2014, 2, 28), 1393545600),
        (datetime.datetime(2014, 2, 28), 1393545600),
    ],
)
def test_timestamp(value, expected):
    assert values.timestamp(value) == expected


@pytest.mark.parametrize("value", ["yesterday", True, float("inf"), [1], 10**30, "2014-02-30"])
def test_invalid_timestamp(value):
    with pytest.raises(RowError) as raised:
        values.timestamp(value)
    assert raised.value.reason is QuarantineReason.INVALID_TIMESTAMP


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        ("Posted July 15, 2011.", 1310688000),
        ("Posted February 29.", None),
        ("", None),
        (None, None),
        ("2011-07-15", 1310688000),
    ],
)
def test_posted(posted, expected):
    assert parse_posted(posted) == expected


@pytest.mark.parametrize("posted", ["Posted February 30, 2015.", "Posted Juli 3.", "Posted"])
def test_invalid_posted(posted):
    with pytest.raises(RowError):
        parse_posted(posted)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("$12.99", 12.99),
        ("$1,004.99 - $2,000.00", 1004.99),
        ("4.99", 4.99),
        (4.99, 4.99),
        ("Free To Play", 0.0),
        ("Free", 0.0),
        ("Starting at $499.00", 499.0),
        ("Install Now", None),
        ("freedom", None),
        ("", None),
        (None, None),
        (-1, None),
        (float("inf"), None),
        (".a-box-inner{background-color:#fff}#alohaBuyBoxWidget .selected{ $12.99 }" * 3, None),
    ],
)
def test_price(value, expected):
    assert values.price(value) == expected


@given(ANYTHING)
def test_every_function_is_total(value):
    """Any value gives a result of the declared type, or a `RowError`."""
    for function, result_type in (
        (values.rating, float),
        (values.timestamp, int),
        (values.price, float),
        (parse_posted, int),
        (lambda v: values.user_identifier({"id": v}, "id"), str),
        (values.text, str),
        (values.categories, tuple),
    ):
        try:
            result = function(value)
        except RowError:
            continue
        assert result is None or type(result) is result_type
