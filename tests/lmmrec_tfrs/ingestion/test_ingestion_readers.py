"""Each published format on a row or two as its release has them."""

import json

import pytest

from lmmrec_tfrs.data.records import Event, Item, QuarantinedRow
from lmmrec_tfrs.ingestion.config import IngestionConfig
from lmmrec_tfrs.ingestion.parsing import EventParser, ItemParser
from lmmrec_tfrs.ingestion.readers.registry import row_format
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.ingestion.sources.raw_rows import RawRow, ReadRange

JSON_LINES = ReadRange("f", "f", Container.JSON_LINES)


def parse(parser, payload, part=JSON_LINES):
    results = list(parser.parse(part, RawRow(1, "line", payload)))
    return [r if isinstance(r, QuarantinedRow) else r.record for r in results]


def parsers(name, **arguments):
    format_ = row_format(IngestionConfig(format=name, events="x", **arguments))
    return EventParser(format_), (ItemParser(format_) if format_.parse_item else None)


def encode(row):
    return json.dumps(row).encode()


AMAZON_REVIEW = {
    "reviewerID": "A1",
    "asin": "B1",
    "overall": 4.0,
    "summary": "Five Stars",
    "reviewText": "Nice &#34;present&#34;<br />thanks",
    "unixReviewTime": 1529193600,
}
AMAZON_EVENT = Event("A1", "B1", 'Five Stars. Nice "present" thanks', 1529193600, 4.0)


@pytest.mark.parametrize("name", ["amazon_2014_json", "amazon_2018"])
def test_amazon_json_review(name):
    assert parse(parsers(name)[0], encode(AMAZON_REVIEW)) == [AMAZON_EVENT]


def test_amazon_2014_csv_review_with_a_quoted_line_break():
    header = ("reviewerID", "asin", "helpful", "reviewText", "overall", "summary", "unixReviewTime")
    part = ReadRange("f", "f", Container.CSV, header=header)
    line = b'A1,B1,"[0, 0]","Filters ""pops""\nWell, yes.",5,good,1393545600'
    assert parse(parsers("amazon_2014_csv")[0], line, part) == [
        Event("A1", "B1", 'good. Filters "pops" Well, yes.', 1393545600, 5.0)
    ]


def test_amazon_2014_metadata_are_python_literals():
    line = b"{'asin': 'B1', 'title': \"Strings'\", 'price': 12.99, 'brand': 'Fender', "
    line += b"'categories': [['Music', 'Strings'], ['Music']], 'description': 'Steel.'}"
    expected = Item("B1", "Strings'", "Steel.", ("Music", "Strings"), "Fender", 12.99)
    assert parse(parsers("amazon_2014_json")[1], line) == [expected]


def test_amazon_2018_metadata():
    row = {
        "asin": "B1",
        "title": "Gift Card",
        "description": ["For <b>food</b>"],
        "feature": ["Never expires"],
        "category": ["Gift Cards", "Food &amp; Drink"],
        "brand": "Acme",
        "price": "$25.00",
    }
    expected = Item(
        "B1",
        "Gift Card",
        "For food. Never expires",
        ("Gift Cards", "Food & Drink"),
        "Acme",
        25.0,
    )
    assert parse(parsers("amazon_2018")[1], encode(row)) == [expected]


def test_amazon_2023():
    review = {
        "rating": 5.0,
        "title": "Soft!",
        "text": "Warm too.",
        "asin": "B1RED",
        "parent_asin": "B1",
        "user_id": "A1",
        "timestamp": 1588687728923,
    }
    item = {
        "parent_asin": "B1",
        "title": "Scarf",
        "main_category": "Fashion",
        "categories": ["Women", "Scarves"],
        "description": [],
        "features": ["Wool."],
        "store": "Acme",
        "price": None,
    }
    events, items = parsers("amazon_2023")
    assert parse(events, encode(review)) == [Event("A1", "B1", "Soft! Warm too.", 1588687728, 5.0)]
    assert parse(items, encode(item)) == [
        Item("B1", "Scarf", "Wool.", ("Fashion", "Women", "Scarves"), "Acme", None)
    ]


def test_yelp():
    review = {
        "user_id": "u",
        "business_id": "b",
        "stars": 3.0,
        "date": "2018-07-07 22:09:11",
        "text": "If you decide to eat here...",
    }
    business = {
        "business_id": "b",
        "name": "St Honore",
        "city": "Philadelphia",
        "state": "PA",
        "categories": "Restaurants, Coffee & Tea",
    }
    events, items = parsers("yelp")
    assert parse(events, encode(review)) == [
        Event("u", "b", "If you decide to eat here...", 1531001351, 3.0)
    ]
    assert parse(items, encode(business)) == [
        Item("b", "St Honore", "Philadelphia, PA", ("Restaurants", "Coffee & Tea"))
    ]


def test_steam_flat_row():
    row = {"user_id": "u", "item_id": "10", "recommend": True, "review": "Fun", "posted": ""}
    assert parse(parsers("steam")[0], encode(row)) == [Event("u", "10", "Fun", None, 1.0)]


def test_steam_original_release_nests_reviews_in_python_literals():
    line = (
        b"{'user_id': 'u', 'reviews': [{'item_id': '10', 'recommend': False, 'review': \"it's\", "
        b"'posted': 'Posted July 15, 2011.'}, {'item_id': '', 'recommend': True}, 3]}"
    )
    event, no_item, no_object = parse(parsers("steam")[0], line)
    assert event == Event("u", "10", "it's", 1310688000, 0.0)
    assert no_item.reason == "missing_item_id"
    assert json.loads(no_item.raw) == {"user_id": "u", "item_id": "", "recommend": True}
    assert no_object.reason == "not_an_object"


def test_steam_reviews_of_2018_have_no_recommendation():
    line = b"{u'username': u'u', u'product_id': u'20', u'date': u'2017-12-01', u'text': u'ok'}"
    assert parse(parsers("steam")[0], line) == [Event("u", "20", "ok", 1512086400)]


def test_steam_game():
    row = {
        "id": "761140",
        "title": "Lost",
        "genres": ["Action"],
        "tags": ["Strategy", "Action"],
        "specs": ["Single-player", "Co-op"],
        "developer": "Kotoshiro",
        "price": "Free To Play",
    }
    expected = Item(
        "761140", "Lost", "Single-player, Co-op", ("Action", "Strategy"), "Kotoshiro", 0.0
    )
    assert parse(parsers("steam")[1], encode(row)) == [expected]


def test_rent_the_runway_keeps_the_stated_motivation_out_of_the_text():
    row = {
        "user_id": "u",
        "item_id": 2260466,
        "rating": "10",
        "rented for": "vacation",
        "review_text": "Fit well.",
        "review_summary": "So many compliments!",
        "category": "romper",
        "review_date": "April 20, 2016",
    }
    events, items = parsers("rent_the_runway")
    assert parse(events, encode(row)) == [
        Event("u", "2260466", "So many compliments! Fit well.", 1461110400, 10.0)
    ]
    assert parse(items, encode(row)) == [Item("2260466", categories=("romper",))]


def test_generic_mapping():
    events, items = parsers(
        "jsonl",
        columns={
            "user_id": "customer no",
            "item_id": "sku",
            "timestamp": "at",
            "text_template": "{head line}. {body}",
            "source": "kind",
        },
        catalogue="c",
        catalogue_columns={"item_id": "sku", "categories": "path", "categories_separator": ">"},
    )
    row = {"customer no": 7, "sku": "x", "at": 5, "head line": "Warm", "body": "", "kind": "query"}
    assert parse(events, encode(row)) == [Event("7", "x", "Warm.", 5, None, "query")]
    assert parse(items, encode({"sku": "x", "path": "Coats > Wool"})) == [
        Item("x", categories=("Coats", "Wool"))
    ]
