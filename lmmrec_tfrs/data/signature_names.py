"""The names of the signatures that the trainer exports and the index builds on."""

EMBED_QUERY = "embed_query"
EMBED_ITEM = "embed_item"
EMBED_HISTORY = "embed_history"
RECOMMEND = "recommend"
