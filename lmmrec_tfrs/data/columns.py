"""The names of columns, features and splits, in one place."""

# A review event.
USER_ID = "user_id"
ITEM_ID = "item_id"
TIMESTAMP = "timestamp"
RATING = "rating"
TEXT = "text"
SOURCE = "source"

# An item of the catalogue (with ITEM_ID).
TITLE = "title"
DESCRIPTION = "description"
CATEGORIES = "categories"
BRAND = "brand"
PRICE = "price"

# Motivations, of a review (with USER_ID and ITEM_ID) or of an owner (a user or an item).
OWNER_ID = "owner_id"
MOTIVATION_WEIGHTS = "motivation_weights"
TEXT_VECTOR = "text_vector"
TEXT_COUNT = "text_count"
COLD_MOTIVATION_WEIGHTS = "cold_motivation_weights"
COLD_TEXT_VECTOR = "cold_text_vector"
COLD_TEXT_COUNT = "cold_text_count"
EVIDENCE_MOTIVATIONS = "evidence_motivations"
EVIDENCE_QUOTES = "evidence_quotes"
EVIDENCE_POLARITIES = "evidence_polarities"

# A row that could not be used.
RAW = "raw"
REASON = "reason"
DETAIL = "detail"
LOCATION = "location"

# Splits of the events.
TRAIN = "train"
VALIDATION = "validation"
TEST = "test"
EVENT_SPLITS = (TRAIN, VALIDATION, TEST)

# Sources of an event: what somebody bought and said of it, or only said.
REVIEW = "review"
WISHLIST = "wishlist"
QUERY = "query"
NOTE = "note"
EVENT_SOURCES = (REVIEW, WISHLIST, QUERY, NOTE)
TEXT_SOURCES = (WISHLIST, QUERY, NOTE)  # text without a purchase: no interaction

# Splits of the other artifacts.
TEXTS = "texts"
CATALOGUE = "catalogue"
QUARANTINE = "quarantine"
REVIEWS = "reviews"
USERS = "users"
ITEMS = "items"
MOTIVATION_SPLITS = (REVIEWS, USERS, ITEMS)

# What TFT adds to an event.
USER_INDEX = "user_index"
ITEM_INDEX = "item_index"
