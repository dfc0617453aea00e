"""Why a row does not reach the events: codes that reports and quarantines use."""

import enum


class QuarantineReason(enum.StrEnum):
    """Why a row could not be used."""

    INVALID_ENCODING = "invalid_encoding"
    INVALID_JSON = "invalid_json"
    INVALID_CSV = "invalid_csv"
    WRONG_FIELD_COUNT = "wrong_field_count"
    ROW_TOO_LONG = "row_too_long"
    NOT_AN_OBJECT = "not_an_object"
    MISSING_USER_ID = "missing_user_id"
    MISSING_ITEM_ID = "missing_item_id"
    INVALID_RATING = "invalid_rating"
    INVALID_TIMESTAMP = "invalid_timestamp"
    UNKNOWN_SOURCE = "unknown_source"


class FilterReason(enum.StrEnum):
    """Why a sound row was left out."""

    DUPLICATE = "duplicate"
    BELOW_POSITIVE_THRESHOLD = "below_positive_threshold"
    BELOW_K_CORE = "below_k_core"
    OUT_OF_SCOPE = "out_of_scope"  # an item that no kept event refers to
    NO_TEXT = "no_text"  # a wish, query or note without words
    AFTER_HELD_OUT = "after_held_out"  # a text that could tell of what is held out
    WITHOUT_TIME = "without_time"  # a text that may be such a one
